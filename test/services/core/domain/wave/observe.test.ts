import { describe, expect, it } from 'vitest';
import type { ServerPhase, WaveFact } from '../../../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import type { JobLogEntry, RecoveryJob } from '../../../../../services/core/domain/recovery-job.ts';
import { awaitsLastResult, factsOf, needsLog } from '../../../../../services/core/domain/wave/observe.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave, jobId, serverId, someServers } from '../../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;
const minute = 60_000;
const knobs = { stuckMs: hour, actionsBeginMs: 30 * minute, actionsEndMs: 2 * hour };
const servers = [serverId(1), serverId(2)];

const running = (facts: readonly WaveFact[] = []): Wave => {
  const job = { waveId: 'w', attempt: 1, job: 1, tryNumber: 1, servers };
  const before: readonly WaveFact[] = [
    { type: 'DRSJobClaimed', data: job },
    {
      type: 'DRSJobStarted',
      data: { ...job, jobId: jobId(1), account: '111122223333', region: 'eu-west-1', adopted: false },
    },
    ...facts,
  ];
  const state = before.reduce((folded, fact) => evolveWave(folded, fact, start), initialWave);
  return deepFreeze(waveOf('exec-1', 'DRILL', aWave('w', { servers: someServers(2) }), 1, state));
};

const drsJob = (status: RecoveryJob['status'], launchStatuses: readonly string[]): RecoveryJob => ({
  jobId: jobId(1),
  type: 'LAUNCH',
  isDrill: true,
  status,
  createdAt: start,
  ...(status === 'COMPLETED' && { endedAt: start + 533_000 }),
  tags: {},
  servers: launchStatuses.map((launchStatus, index) => ({
    sourceServerId: serverId(index + 1),
    launchStatus,
  })),
});

const entry = (
  seconds: number,
  event: string,
  server: number,
  more: Partial<JobLogEntry> = {},
): JobLogEntry => ({ at: start + seconds * 1_000, event, sourceServerId: serverId(server), ...more });

const wholeLog = [1, 2].flatMap((server) => [
  entry(1, 'SNAPSHOT_START', server),
  entry(2, 'SNAPSHOT_END', server),
  entry(53, 'CONVERSION_START', server),
  entry(250, 'CONVERSION_END', server),
  entry(251, 'LAUNCH_START', server),
  entry(529, 'LAUNCH_END', server, { instanceId: `i-${server}` }),
]);

const observed = (wave: Wave, job: RecoveryJob, log: readonly JobLogEntry[] = wholeLog, now = start) =>
  factsOf(wave, [{ job, log }], now, knobs);

describe('what DRS shows of a job', () => {
  it('completes it with each instance and the durations of its phases', () => {
    const [fact, ...rest] = observed(running(), drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']));
    expect(rest).toEqual([]);
    expect(fact).toMatchObject({
      type: 'DRSJobCompleted',
      data: { jobId: jobId(1), endedAt: '2026-01-01T00:08:53.000Z' },
    });
    expect(fact?.type === 'DRSJobCompleted' && fact.data.servers[0]).toEqual({
      sourceServerId: serverId(1),
      name: 'server-1',
      launchResult: 'LAUNCHED',
      instanceId: 'i-1',
      jobId: jobId(1),
      recoveryPoint: { from: 'new-snapshot' },
      phases: { snapshotMs: 52_000, conversionMs: 198_000, launchMs: 278_000 },
    });
  });

  const failureOf = (launchStatus: string, log: readonly JobLogEntry[]) => {
    const [fact] = observed(running(), drsJob('COMPLETED', ['LAUNCHED', launchStatus]), log);
    return fact?.type === 'DRSJobCompleted' ? fact.data.servers[1] : undefined;
  };

  it('fails a server of a completed job by its own launch status, with the reason that the log gives', () => {
    expect(failureOf('FAILED', [entry(9, 'LAUNCH_FAILED', 2, { error: 'no capacity' })])).toMatchObject({
      launchResult: 'FAILED',
      failure: 'no capacity',
    });
    expect(failureOf('FAILED', [entry(9, 'CONVERSION_FAIL', 2)])).toMatchObject({
      failure: 'CONVERSION_FAIL',
    });
    expect(failureOf('TERMINATED', wholeLog)).toMatchObject({ launchResult: 'FAILED' });
    expect(failureOf('TERMINATED', wholeLog)).not.toHaveProperty('instanceId');
  });

  it('fails a server that is missing from its job', () => {
    const [fact] = observed(running(), drsJob('COMPLETED', ['LAUNCHED']), []);
    expect(fact?.type === 'DRSJobCompleted' && fact.data.servers[1]).toMatchObject({
      launchResult: 'FAILED',
    });
  });

  it('tells only of servers whose phase has changed', () => {
    const log = [
      entry(1, 'SNAPSHOT_START', 1),
      entry(1, 'SNAPSHOT_START', 2),
      entry(53, 'CONVERSION_START', 1),
      entry(60, 'SOMETHING_NEW', 2),
    ];
    const [fact] = observed(running(), drsJob('STARTED', ['PENDING', 'PENDING']), log);
    expect(fact).toMatchObject({
      type: 'DRSJobProgressed',
      data: { phases: { [serverId(1)]: 'CONVERSION', [serverId(2)]: 'SNAPSHOT' } },
    });
    expect(observed(running(fact ? [fact] : []), drsJob('STARTED', ['PENDING', 'PENDING']), log)).toEqual([]);
  });

  it('shows no server by an entry that names none', () => {
    const { sourceServerId: _none, ...ofTheJob } = entry(1, 'SNAPSHOT_START', 1);
    expect(observed(running(), drsJob('STARTED', ['PENDING', 'PENDING']), [ofTheJob])).toEqual([]);
  });

  it('sees a launched server without reading the log', () => {
    const [fact] = factsOf(running(), [{ job: drsJob('STARTED', ['LAUNCHED', 'PENDING']) }], start, knobs);
    expect(fact).toMatchObject({ data: { phases: { [serverId(1)]: 'LAUNCHED' } } });
  });

  it('changes nothing about a job that is not running, or not the one', () => {
    const done = observed(running(), drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']));
    expect(observed(running(done), drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']))).toEqual([]);
    expect(
      observed(running(), { ...drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']), jobId: jobId(9) }),
    ).toEqual([]);
  });

  it('tells once of a job that has been in one phase for too long', () => {
    const stuck = factsOf(running(), [], start + hour, knobs);
    expect(stuck).toMatchObject([{ type: 'DRSJobStuck', data: { phase: 'NONE', sinceMinutes: 60 } }]);
    expect(factsOf(running(stuck), [], start + 2 * hour, knobs)).toEqual([]);
    expect(factsOf(running(), [], start + hour - 1, knobs)).toEqual([]);
  });

  const completion = (job: RecoveryJob, log?: readonly JobLogEntry[]) => {
    const observation = log === undefined ? { job } : { job, log };
    const facts = factsOf(running(), [observation], start, knobs);
    expect(factsOf(running(facts), [observation], start, knobs)).toEqual([]);
    return facts;
  };

  it('completes a job without a log, with all that is known of each server and nothing else', () => {
    const { endedAt: _endedAt, ...job } = drsJob('COMPLETED', ['LAUNCHED']);
    const result = { jobId: jobId(1), phases: {} };
    expect(completion(job)).toStrictEqual([
      {
        type: 'DRSJobCompleted',
        data: {
          waveId: 'w',
          attempt: 1,
          job: 1,
          jobId: jobId(1),
          servers: [
            { sourceServerId: serverId(1), name: 'server-1', launchResult: 'LAUNCHED', ...result },
            {
              sourceServerId: serverId(2),
              name: 'server-2',
              launchResult: 'FAILED',
              failure: 'the job ended without it: launch status missing from the job',
              ...result,
            },
          ],
          createdAt: '2026-01-01T00:00:00.000Z',
          endedAt: '2026-01-01T00:00:00.000Z',
        },
      },
    ]);
  });

  const serverOf = (log: readonly JobLogEntry[], launchStatus = 'LAUNCHED') => {
    const [fact] = completion(drsJob('COMPLETED', ['PENDING', launchStatus]), log);
    return fact?.type === 'DRSJobCompleted' ? fact.data.servers[1] : undefined;
  };

  it('takes instance, error and durations from the entries of that server alone', () => {
    const other = [
      entry(1, 'SNAPSHOT_START', 1),
      entry(2, 'LAUNCH_FAILED', 1, { error: 'not mine' }),
      entry(3, 'LAUNCH_END', 1, { instanceId: 'i-1' }),
    ];
    const result = { sourceServerId: serverId(2), name: 'server-2', jobId: jobId(1), phases: {} };
    expect(serverOf(other)).toStrictEqual({ ...result, launchResult: 'LAUNCHED' });
    expect(serverOf([...other, entry(4, 'LAUNCH_FAILED', 2)], 'FAILED')).toStrictEqual({
      ...result,
      launchResult: 'FAILED',
      failure: 'LAUNCH_FAILED',
    });
  });

  it('takes the instance from the end of the launch, and no other entry', () => {
    const log = [
      entry(1, 'LAUNCH_START', 2, { instanceId: 'i-conversion' }),
      entry(2, 'LAUNCH_END', 2),
      entry(3, 'LAUNCH_END', 2, { instanceId: 'i-2' }),
    ];
    expect(serverOf(log)?.instanceId).toBe('i-2');
    expect(serverOf(log.slice(0, 2))).not.toHaveProperty('instanceId');
  });

  it('gives the last failure as the reason, with the first error of any other entry', () => {
    const log = [
      entry(1, 'SNAPSHOT_FAIL', 2),
      entry(2, 'CONVERSION_FAIL', 2),
      entry(3, 'SOMETHING_NEW', 2),
      entry(4, 'SOMETHING_NEW', 2, { error: 'first' }),
      entry(5, 'SOMETHING_NEW', 2, { error: 'second' }),
    ];
    expect(serverOf(log, 'FAILED')?.failure).toBe('CONVERSION_FAIL; the log also says SOMETHING_NEW: first');
    expect(serverOf(log.slice(0, 3), 'FAILED')?.failure).toBe('CONVERSION_FAIL');
  });

  it.each([
    [['SNAPSHOT_START'], {}],
    [['CONVERSION_START'], {}],
    [['SNAPSHOT_START', 'CONVERSION_START'], { snapshotMs: 1_000 }],
    [['CONVERSION_START', 'LAUNCH_START'], { conversionMs: 1_000 }],
    [['LAUNCH_START', 'LAUNCH_END'], { launchMs: 1_000 }],
    [['SNAPSHOT_START', 'LAUNCH_END'], {}],
  ])('knows of %j the durations %j', (events, durations) => {
    expect(serverOf(events.map((event, second) => entry(second, event, 2)))?.phases).toStrictEqual(durations);
  });

  it('names a server that its plan does not name by its id', () => {
    const twoInJob = running();
    const wave = { ...twoInJob, definition: aWave('w', { servers: someServers(1) }) };
    const [fact] = factsOf(wave, [{ job: drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']) }], start, knobs);
    expect(fact?.type === 'DRSJobCompleted' && fact.data.servers.map(({ name }) => name)).toEqual([
      'server-1',
      serverId(2),
    ]);
  });

  it.each([
    ['CLEANUP_START', 'CLEANUP'],
    ['SNAPSHOT_START', 'SNAPSHOT'],
    ['CONVERSION_START', 'CONVERSION'],
    ['LAUNCH_START', 'LAUNCH'],
    ['LAUNCH_END', 'LAUNCHED'],
    ['SNAPSHOT_FAIL', 'FAILED'],
    ['CONVERSION_FAIL', 'FAILED'],
    ['LAUNCH_FAILED', 'FAILED'],
    ['SERVER_SKIPPED', 'FAILED'],
  ])('takes %s in the log for the phase %s', (event, phase) => {
    const log = [{ at: start, event }, entry(1, event, 1)];
    const isResult = phase === 'LAUNCHED' || phase === 'FAILED';
    expect(observed(running(), drsJob('STARTED', ['PENDING', 'PENDING']), log)).toStrictEqual([
      {
        type: 'DRSJobProgressed',
        data: {
          ...{ waveId: 'w', attempt: 1, jobId: jobId(1), phases: { [serverId(1)]: phase } },
          ...(isResult && { isFirstResult: true }),
        },
      },
    ]);
  });

  it('calls a result the first only where none is known yet', () => {
    const state = running().state.jobs[0]!;
    expect(awaitsLastResult(state)).toBe(false);
    const known = { ...state, phases: { [serverId(2)]: 'LAUNCHED' as const } };
    expect(awaitsLastResult(known)).toBe(true);
    const wave = { ...running(), state: { ...running().state, jobs: [known] } };
    const launched = drsJob('STARTED', ['LAUNCHED', 'LAUNCHED']);
    expect(observed(wave, launched, []).filter(({ data }) => 'isFirstResult' in data)).toEqual([]);
  });

  it('believes the launch status before the log, and tells of no server that is not in its job', () => {
    const job = drsJob('STARTED', ['FAILED', 'LAUNCHED', 'LAUNCHED']);
    expect(
      observed(running(), job, [entry(1, 'LAUNCH_START', 1), entry(1, 'LAUNCH_START', 3)]),
    ).toMatchObject([{ data: { phases: { [serverId(1)]: 'FAILED', [serverId(2)]: 'LAUNCHED' } } }]);
    const foreign = drsJob('STARTED', ['PENDING', 'PENDING', 'LAUNCHED']);
    expect(observed(running(), foreign, [])).toEqual([]);
  });

  const progressed = (phases: Readonly<Record<string, ServerPhase>>): WaveFact => ({
    type: 'DRSJobProgressed',
    data: { waveId: 'w', attempt: 1, jobId: jobId(1), phases },
  });

  it('names the phase in which the first unfinished server is stuck', () => {
    const stuckIn = (...phases: readonly ServerPhase[]) => {
      const inPhases = Object.fromEntries(phases.map((phase, index) => [serverId(index + 1), phase]));
      const [fact] = factsOf(running([progressed(inPhases)]), [], start + 90 * 60_000, knobs);
      return fact?.type === 'DRSJobStuck' ? fact.data : undefined;
    };
    expect(stuckIn('LAUNCHED', 'CONVERSION')).toStrictEqual({
      waveId: 'w',
      attempt: 1,
      jobId: jobId(1),
      phase: 'CONVERSION',
      sinceMinutes: 90,
    });
    expect(stuckIn('FAILED', 'LAUNCH')?.phase).toBe('LAUNCH');
    expect(stuckIn('LAUNCHED', 'FAILED')?.phase).toBe('NONE');
    expect(stuckIn('SNAPSHOT', 'LAUNCH')?.phase).toBe('SNAPSHOT');
  });

  it('is not stuck while DRS shows a change, and is when it shows none', () => {
    const later = start + hour;
    const job = drsJob('STARTED', ['LAUNCHED', 'PENDING']);
    expect(observed(running(), job, [], later).map(({ type }) => type)).toEqual(['DRSJobProgressed']);
    const known = running([progressed({ [serverId(1)]: 'LAUNCHED' })]);
    expect(observed(known, job, [], later).map(({ type }) => type)).toEqual(['DRSJobStuck']);
  });
});

describe('log of a job', () => {
  const [state] = running().state.jobs;
  const needs = (job: RecoveryJob, known?: readonly JobLogEntry[]) => needsLog(state!, job, known);

  it('is read when DRS shows a result that is new', () => {
    expect(needs(drsJob('STARTED', ['PENDING', 'PENDING']))).toBe(false);
    expect(needs(drsJob('STARTED', ['LAUNCHED', 'PENDING']))).toBe(true);
    expect(needs(drsJob('STARTED', ['FAILED', 'PENDING']))).toBe(true);
  });

  it('is not read for a result or a phase that is known', () => {
    const knows = (phases: Readonly<Record<string, ServerPhase>>, ...statuses: readonly string[]) =>
      needsLog({ ...state!, phases }, drsJob('STARTED', statuses), undefined);
    expect(knows({ [serverId(1)]: 'LAUNCHED' }, 'LAUNCHED', 'PENDING')).toBe(false);
    expect(knows({ [serverId(1)]: 'SNAPSHOT' }, 'PENDING')).toBe(false);
    expect(knows({ [serverId(1)]: 'LAUNCHED' }, 'LAUNCHED', 'FAILED')).toBe(true);
  });

  it('has to tell of each server of a job that has ended, and of no other', () => {
    const ofOne = drsJob('COMPLETED', ['LAUNCHED']);
    expect(needs(ofOne, [entry(529, 'LAUNCH_END', 1)])).toBe(false);
    expect(needs(ofOne, [entry(529, 'LAUNCH_END', 2)])).toBe(true);
    expect(needs(ofOne, [entry(529, 'LAUNCH_START', 1)])).toBe(true);
  });

  it('is not read twice in one look at a job that goes on', () => {
    expect(needs(drsJob('STARTED', ['LAUNCHED', 'PENDING']), [])).toBe(false);
  });

  it('is read again when the job has ended since and a server is not told of', () => {
    const ended = drsJob('COMPLETED', ['LAUNCHED', 'LAUNCHED']);
    expect(needs(ended)).toBe(true);
    expect(needs(ended, wholeLog)).toBe(false);
    expect(needs(ended, wholeLog.slice(0, -1))).toBe(true);
  });
});
