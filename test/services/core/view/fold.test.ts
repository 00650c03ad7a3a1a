import { describe, expect, it } from 'vitest';
import type { ExecutionSnapshot } from '../../../../contracts/api.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { layersOf } from '../../../../services/core/view/layers.ts';
import { inOrder } from '../../../../services/core/view/order.ts';
import { plannedView } from '../../../../services/core/view/planned-view.ts';
import { project } from '../../../../services/core/view/projection.ts';
import { waitsFor } from '../../../../services/core/view/waits-for.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave, jobId, serverId } from '../../../support/frozen-wave.ts';

const executionId = 'exec-00000000000000000001';
const begin = Date.parse('2026-03-01T08:00:00Z');
const instant = (minute: number): string => new Date(begin + minute * 60_000).toISOString();

const wave = (waveId: string, dependsOn: string[], n: number): ExecutionSnapshot['waves'][number] => ({
  ...{ waveId, dependsOn, account: '111122223333', region: 'eu-west-1' },
  ...{ status: 'WAITING', attempt: 0, onFailure: 'ask', success: 'all', awaitingCapacity: false },
  jobIds: [],
  servers: [{ sourceServerId: serverId(n), name: `server-${n}`, critical: true, phase: 'NONE' }],
  actions: [],
});
const planned = plannedView({
  ...{
    executionId,
    planId: 'shop',
    planVersion: 1,
    mode: 'DRILL',
    status: 'RUNNING',
    requestedBy: 'someone',
  },
  ...{ startedAt: instant(0), now: instant(0) },
  waves: [wave('database', [], 1), wave('web', ['database'], 2)],
});

const counts = new Map<string, number>();
const event = (minute: number, stream: string, type: string, data: object): DomainEvent => {
  const version = (counts.get(stream) ?? 0) + 1;
  counts.set(stream, version);
  const metadata = {
    ...{
      eventId: `${stream}@${version}`,
      schemaVersion: 1,
      executionId,
      causationId: 'test',
      stream,
      version,
    },
    ...{ emittedAt: instant(minute), previousHash: '', hash: '' },
  };
  return { type, data, metadata } as DomainEvent;
};
const inWave = { waveId: 'database', attempt: 1 };
const result = (launchResult: string) => ({
  sourceServerId: serverId(1),
  name: 'server-1',
  launchResult,
  phases: {},
});
const ofWave = `${executionId}/database`;

const failing = deepFreeze([
  event(0, executionId, 'ExecutionStarted', {
    overrides: [],
    planId: 'shop',
    planVersion: 1,
    mode: 'DRILL',
    requestedBy: 'a',
    reason: '',
  }),
  event(0, executionId, 'WaveStarted', { ...inWave, mode: 'DRILL', definition: aWave('database') }),
  event(1, ofWave, 'DRSJobClaimed', { ...inWave, job: 1, tryNumber: 1, servers: [serverId(1)] }),
  event(2, ofWave, 'DRSJobProgressed', {
    ...inWave,
    jobId: jobId(1),
    phases: { [serverId(1)]: 'CONVERSION' },
  }),
  event(6, ofWave, 'DRSJobCompleted', { ...inWave, job: 1, jobId: jobId(1), servers: [result('FAILED')] }),
  event(6, executionId, 'WaveFailed', {
    ...inWave,
    onFailure: 'ask',
    reasons: ['it failed'],
    servers: [result('FAILED')],
  }),
]);

const shown = (count: number) => viewOf(planned, failing.slice(0, count));
const database = (count: number) => shown(count).waves[0]!;

describe('the view of an execution', () => {
  it('says what a wave waits for: its dependency, DRS, or a decision', () => {
    expect(waitsFor(shown(2).waves[1]!, shown(2))).toEqual({ kind: 'dependency', text: 'database' });
    expect(waitsFor(database(4), shown(4))).toEqual({ kind: 'drs', text: 'DRS: 1 in conversion' });
    expect(waitsFor(database(6), shown(6))).toEqual({ kind: 'decision', text: 'your decision' });
  });

  it('shows the phases of a wave one after the other, and the end of the last as bad', () => {
    expect(
      database(6).spans.map(({ kind, from, to, failed }) => [
        kind,
        (from - begin) / 60_000,
        to && (to - begin) / 60_000,
        failed,
      ]),
    ).toEqual([
      ['STARTING', 1, 2, false],
      ['CONVERSION', 2, 6, true],
      ['HELD', 6, undefined, false],
    ]);
  });

  it('keeps a held wave without an end until it is decided on', () => {
    expect(database(6)).toMatchObject({ status: 'HELD', notes: ['it failed'] });
    expect(database(6).endedAt).toBeUndefined();
  });

  it('is the same in whatever order and however often the events came', () => {
    const shuffled = [...failing].reverse().concat(failing.slice(2, 4));
    expect(viewOf(planned, inOrder(shuffled))).toEqual(viewOf(planned, inOrder(failing)));
  });

  it('expects of a held wave that all of it lies ahead, and its dependants behind it', () => {
    const now = begin + 30 * 60_000;
    const { waves, end, criticalPath } = project(shown(6), now);
    expect(waves.get('database')?.to).toBe(now + 20 * 60_000);
    expect(end).toBe(now + 40 * 60_000);
    expect(criticalPath).toEqual(['database', 'web']);
  });
});

describe('the layers of a graph', () => {
  it('place each wave behind all that it depends on', () => {
    const waves = [
      { waveId: 'd', dependsOn: ['b', 'c'] },
      { waveId: 'b', dependsOn: ['a'] },
      { waveId: 'c', dependsOn: [] },
      { waveId: 'a', dependsOn: [] },
    ];
    expect(layersOf(waves)).toEqual([['c', 'a'], ['b'], ['d']]);
  });

  it('end also on a cycle', () => {
    expect(
      layersOf([
        { waveId: 'a', dependsOn: ['b'] },
        { waveId: 'b', dependsOn: ['a'] },
      ])
        .flat()
        .sort(),
    ).toEqual(['a', 'b']);
  });

  it('take 200 waves in a moment', () => {
    const waves = Array.from({ length: 200 }, (_, n) => ({
      waveId: `w${n}`,
      dependsOn: n === 0 ? [] : [`w${n - 1}`],
    }));
    expect(layersOf(waves)).toHaveLength(200);
  });
});
