import { describe, expect, expectTypeOf, it } from 'vitest';
import { subscribe, UnreadableEventError } from '../../contracts/subscribe.ts';

const executionId = 'exec-0123456789abcdef0123';
const delivered = (name: string, data: unknown, more: object = {}) => ({
  ...{ version: '0', id: 'id', source: 'groundswell', 'detail-type': name, account: '111122223333' },
  ...{ region: 'eu-west-1', time: '2026-11-23T09:00:00Z', resources: [] },
  detail: {
    metadata: {
      ...{ eventId: `${executionId}@1`, schemaVersion: 1, executionId, causationId: 'request' },
      ...{ stream: executionId, version: 1, emittedAt: '2026-11-23T09:00:00.000Z' },
      ...{ previousHash: '', hash: 'h' },
    },
    data,
  },
  ...more,
});

const skipped = { waveId: 'web', reason: 'no need', satisfiesDependants: true };

const collecting = () => {
  const got: unknown[] = [];
  const subscription = subscribe(['WaveSkipped', 'ExecutionFailed'], async (event) => {
    expectTypeOf(event.type).toEqualTypeOf<'WaveSkipped' | 'ExecutionFailed'>();
    if (event.type === 'WaveSkipped') expectTypeOf(event.data.waveId).toBeString();
    got.push([event.type, event.metadata.version, event.data]);
  });
  return { got, ...subscription };
};

describe('a subscription', () => {
  it('is given the events that it names, typed', async () => {
    const { got, handler } = collecting();
    await handler(delivered('WaveSkipped', skipped));
    expect(got).toEqual([['WaveSkipped', 1, skipped]]);
  });

  it('is given no other event, no foreign one, and no replayed one', async () => {
    const { got, handler } = collecting();
    await handler(delivered('ExecutionPaused', { decisionId: 'd', by: 'the-approver', reason: '' }));
    await handler(delivered('WaveSkipped', skipped, { source: 'somebody' }));
    await handler(delivered('WaveSkipped', skipped, { 'replay-name': 'last-week' }));
    expect(got).toEqual([]);
  });

  it('that accepts replays receives them, by a pattern that lets them through', async () => {
    const got: unknown[] = [];
    const { handler, pattern } = subscribe(
      ['WaveSkipped'],
      async ({ type }, { replay }) => void got.push([type, replay]),
      { replays: 'accept' },
    );
    await handler(delivered('WaveSkipped', skipped));
    await handler(delivered('WaveSkipped', skipped, { 'replay-name': 'last-week' }));
    expect(got).toEqual([
      ['WaveSkipped', undefined],
      ['WaveSkipped', 'last-week'],
    ]);
    expect(pattern).toEqual({ source: ['groundswell'], 'detail-type': ['WaveSkipped'] });
  });

  it('fails on an event that it cannot read, so that it is not lost', async () => {
    const { handler } = collecting();
    await expect(handler(delivered('WaveSkipped', { waveId: 7 }))).rejects.toThrow(UnreadableEventError);
  });

  it('fails when the subscriber fails, so that it is delivered again', async () => {
    const { handler } = subscribe(['WaveSkipped'], () => Promise.reject(new Error('down')));
    await expect(handler(delivered('WaveSkipped', skipped))).rejects.toThrow('down');
  });

  it('has the pattern of its rule', () => {
    expect(collecting().pattern).toEqual({
      source: ['groundswell'],
      'detail-type': ['WaveSkipped', 'ExecutionFailed'],
      'replay-name': [{ exists: false }],
    });
  });
});
