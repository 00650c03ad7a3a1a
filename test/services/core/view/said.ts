import type { FrozenWave } from '../../../../contracts/execution-events.ts';
import type { Plan } from '../../../../contracts/plan.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import type { ServerResult } from '../../../../contracts/wave-events.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';

export const executionId = 'exec-00000000000000000000';
export const startedAt = Date.parse('2026-11-23T10:00:00Z');

export const serverId = (n: number): string => `s-0000000000000000${n}`;

/** `a` with servers 1 and 2, then `b` with server 3. */
export const plan: Plan = planSchema.parse({
  planId: 'shop',
  waves: [
    { waveId: 'a', servers: [{ sourceServerId: serverId(1) }, { sourceServerId: serverId(2) }] },
    { waveId: 'b', dependsOn: ['a'], servers: [{ sourceServerId: serverId(3) }] },
  ],
});

/** Events of one execution in the order in which they are said, second by second. */
export const createSpeaker = () => {
  const versions = new Map<string, number>();
  let seconds = 0;
  return (stream: string, type: DomainEvent['type'], data: object, afterSeconds = 1): DomainEvent => {
    const version = (versions.get(stream) ?? 0) + 1;
    versions.set(stream, version);
    seconds += afterSeconds;
    const metadata = {
      eventId: `${stream}@${version}`,
      schemaVersion: 1,
      executionId,
      causationId: 'test',
      stream,
      version,
      emittedAt: new Date(startedAt + 1_000 * seconds).toISOString(),
      previousHash: '',
      hash: 'x',
    };
    // A test names only what it is about.
    return { type, data, metadata } as unknown as DomainEvent;
  };
};

export const definition = (waveId: string, dependsOn: readonly string[], servers: readonly number[]) =>
  ({
    waveId,
    dependsOn,
    target: { account: '111122223333', region: 'eu-west-1' },
    servers: servers.map((n) => ({ sourceServerId: serverId(n), name: `server-${n}`, critical: true })),
  }) as unknown as FrozenWave;

export const result = (n: number, launchResult: 'LAUNCHED' | 'FAILED' = 'LAUNCHED'): ServerResult => ({
  sourceServerId: serverId(n),
  name: `server-${n}`,
  launchResult,
  ...(launchResult === 'LAUNCHED' ? { instanceId: `i-${n}` } : { failure: 'LAUNCH_FAILED' }),
  phases: { snapshotMs: 30_000, conversionMs: 100_000, launchMs: 160_000 },
});

const at = (seconds: number): string => new Date(startedAt + 1_000 * seconds).toISOString();

/** A drill in which all goes well: job of `a` from 3 s to 303 s, job of `b` from 306 s to 506 s. */
export const goodDrill = (): readonly DomainEvent[] => {
  const say = createSpeaker();
  const a = `${executionId}/a`;
  const b = `${executionId}/b`;
  const inA = { waveId: 'a', attempt: 1 };
  const inB = { waveId: 'b', attempt: 1 };
  return [
    say(executionId, 'ExecutionStarted', {
      planId: 'shop',
      planVersion: 3,
      mode: 'DRILL',
      waveCount: 2,
      serverCount: 3,
      overrides: [],
    }),
    say(executionId, 'WaveStarted', { ...inA, definition: definition('a', [], [1, 2]) }),
    say(a, 'DRSJobStarted', { ...inA, jobId: 'drsjob-a', servers: [serverId(1), serverId(2)] }),
    say(a, 'DRSJobProgressed', { ...inA, jobId: 'drsjob-a', phases: { [serverId(1)]: 'CONVERSION' } }, 60),
    say(
      a,
      'DRSJobCompleted',
      { ...inA, jobId: 'drsjob-a', servers: [result(1), result(2)], createdAt: at(3), endedAt: at(303) },
      241,
    ),
    say(executionId, 'WaveCompleted', {
      ...inA,
      outcome: 'COMPLETED',
      servers: [result(1), result(2)],
      startedAt: at(2),
      endedAt: at(305),
    }),
    say(executionId, 'WaveStarted', { ...inB, definition: definition('b', ['a'], [3]) }, 0),
    say(b, 'DRSJobStarted', { ...inB, jobId: 'drsjob-b', servers: [serverId(3)] }),
    say(
      b,
      'DRSJobCompleted',
      { ...inB, jobId: 'drsjob-b', servers: [result(3)], createdAt: at(306), endedAt: at(506) },
      201,
    ),
    say(executionId, 'WaveCompleted', {
      ...inB,
      outcome: 'COMPLETED',
      servers: [result(3)],
      startedAt: at(305),
      endedAt: at(508),
    }),
    say(executionId, 'ExecutionCompleted', { outcome: 'COMPLETED', endedAt: at(510), startedAt: at(1) }),
  ];
};
