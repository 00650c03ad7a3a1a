import { describe, expect, it } from 'vitest';
import { readEvent, statedIn } from '../../contracts/read-event.ts';

const metadata = {
  ...{ eventId: 'e@1', schemaVersion: 1, executionId: 'exec-00000000000000000001', causationId: 'c' },
  ...{ stream: 'exec-00000000000000000001', version: 3, emittedAt: '2026-01-01T00:00:00Z' },
  ...{ previousHash: '', hash: 'h' },
};
const data = { decisionId: 'd', by: 'ops', reason: '' };

describe('an event of the bus', () => {
  it('is read by the contract of its name, without what that does not know', () => {
    expect(readEvent('ExecutionPaused', { metadata, data: { ...data, more: 1 } })).toStrictEqual({
      ...{ is: 'event', data, metadata },
    });
  });

  it('of no known name is unknown', () => {
    expect(readEvent('ExecutionDreamt', { metadata, data })).toEqual({ is: 'unknown' });
  });

  it('with other data is unreadable, at its version', () => {
    expect(readEvent('ExecutionPaused', { metadata, data: {} })).toMatchObject({
      is: 'unreadable',
      version: 3,
    });
  });

  it.each([[undefined], ['text'], [{ data }], [{ metadata: { ...metadata, version: 0 }, data }]])(
    'without metadata as they ought to be is unreadable, at no version: %j',
    (detail) => {
      const read = readEvent('ExecutionPaused', detail);
      expect(read).toMatchObject({ is: 'unreadable' });
      expect(read).not.toHaveProperty('version');
    },
  );
});

describe('what a detail states', () => {
  it('is read part by part', () => {
    expect(statedIn({ metadata: { stream: 's', version: 'one', executionId: 7, emittedAt: 'now' } })).toEqual(
      {
        ...{ stream: 's', emittedAt: 'now' },
      },
    );
    expect(statedIn({ metadata: { version: 2 } }).version).toBe(2);
    expect(statedIn({ metadata: { version: 1.5 } }).version).toBeUndefined();
  });

  it.each([[undefined], [null], [[]], ['text'], [{}], [{ metadata: 'text' }]])(
    'is nothing in %j',
    (detail) => {
      expect(statedIn(detail)).toEqual({});
    },
  );
});
