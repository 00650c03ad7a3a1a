import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../contracts/execution-events.ts';
import { evolveExecution, initialExecution } from '../../services/core/domain/execution-state.ts';
import { append, emptyStream } from '../../services/core/kernel/stream.ts';
import { aWave, jobId, serverId } from '../support/frozen-wave.ts';
import { createDrs, placeOf, type SimulatedJob } from './drs.ts';
import { drawWorkload } from './draw.ts';
import { createPark } from './machines.ts';
import { createPrng } from './prng.ts';
import { createInvariants } from './invariants.ts';

const executionId = 'exec-00000000000000000001';
const place = placeOf(aWave('w').target);
const hour = 3_600_000;

/** A job whose server would be done after a day. */
const drawn = (): SimulatedJob => ({
  jobId: jobId(1),
  place,
  isDrill: true,
  tags: {},
  createdAt: 0,
  visibleAt: 0,
  logLagMs: 0,
  endsAt: 25 * hour,
  servers: [{ id: serverId(1), end: 'launched', doneAt: 24 * hour }],
  owner: { executionId, waveId: 'w', attempt: 1 },
});

const completed: readonly ExecutionFact[] = [
  { type: 'WaveStarted', data: { waveId: 'w', attempt: 1, mode: 'DRILL', definition: aWave('w') } },
  {
    type: 'WaveCompleted',
    data: {
      waveId: 'w',
      attempt: 1,
      policy: 'all',
      servers: [],
      startedAt: new Date(0).toISOString(),
      endedAt: new Date(hour).toISOString(),
      outcome: 'COMPLETED',
    },
  },
];

const nothingThere = createPark({
  workload: drawWorkload(createPrng(1n)),
  epoch: 0,
  now: () => 0,
});

/** What the checker says when the wave of the job completes at this hour. */
const judgeAt = (now: number, job: SimulatedJob): string | undefined => {
  const drs = createDrs();
  drs.accept(job);
  const checker = createInvariants({
    now: () => now,
    drs,
    park: nothingThere,
    limits: { jobsMax: 20, serversMax: 500 },
    isLarge: false,
    onExecutionFact: () => undefined,
    onInstanceEnded: () => undefined,
    actionsEndedAt: () => Infinity,
    onWaveFact: () => undefined,
    stateOf: () => undefined,
    leaseOf: () => executionId,
    drillsOverRecovery: () => false,
    saidRelaunch: () => false,
    lagMaxMs: 0,
    patienceMs: 0,
    needsSecondPerson: () => false,
    hit: () => undefined,
    rules: {
      skewMaxMs: 0,
      now: () => now,
      drs,
      park: nothingThere,
      estate: [],
      planOf: () => undefined,
      pointOf: () => undefined,
      acceptedBy: () => [],
      allowedDocuments: [],
      requestOf: () => undefined,
      launchedBy: () => [],
      reach: () => undefined,
    },
  });
  const running = { ...initialExecution, status: 'RUNNING' as const };
  const empty = emptyStream(executionId, executionId, running);
  checker.onStreamWrite(executionId, empty, append(empty, evolveExecution, completed, 'cause', now));
  return checker.violation()?.invariant;
};

describe('a job that is ended from outside before its servers were due', () => {
  const ended = (): SimulatedJob => Object.assign(drawn(), { endsAt: hour });

  it('has ended with all of its servers, as DRS tells it', () => {
    const drs = createDrs();
    drs.accept(ended());
    const [before] = drs.describe(place, [jobId(1)], hour - 1);
    expect([before?.status, before?.servers[0]?.launchStatus]).toEqual(['STARTED', 'IN_PROGRESS']);
    expect(drs.instances(place, new Set([serverId(1)]), hour - 1)).toEqual([]);
    const [after] = drs.describe(place, [jobId(1)], hour);
    expect([after?.status, after?.endedAt, after?.servers[0]?.launchStatus]).toEqual([
      'COMPLETED',
      hour,
      'LAUNCHED',
    ]);
    expect(drs.instances(place, new Set([serverId(1)]), hour)).toHaveLength(1);
    expect(drs.log(jobId(1), hour).at(-1)).toMatchObject({ at: hour, event: 'LAUNCH_END' });
  });

  it('counts for the checker too', () => {
    expect(judgeAt(hour, ended())).toBeUndefined();
  });

  it('does not count before that hour, nor does one that nobody has ended', () => {
    expect(judgeAt(hour - 1, ended())).toBe('S2');
    expect(judgeAt(hour, drawn())).toBe('S2');
  });
});
