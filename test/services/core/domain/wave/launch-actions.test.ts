import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { isWatched, stageOf, waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { nextLaunch } from '../../../../../services/core/domain/wave/claim.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import type {
  JobLogEntry,
  LaunchActionRun,
  PlannedLaunchAction,
  RecoveryJob,
} from '../../../../../services/core/domain/recovery-job.ts';
import { factsOf, needsPlanned } from '../../../../../services/core/domain/wave/observe.ts';
import { toldActions, verdictOf } from '../../../../../services/core/domain/wave/launch-actions.ts';
import type { Observation } from '../../../../../services/core/domain/wave/server-result.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave, jobId, serverId, someServers } from '../../../../support/frozen-wave.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const minute = 60_000;
const knobs = { stuckMs: 60 * minute, actionsBeginMs: 30 * minute, actionsEndMs: 120 * minute };
const id = serverId(1);

const check: PlannedLaunchAction = { name: 'check', document: 'Check-Web', optional: false };
const tune: PlannedLaunchAction = { name: 'tune', document: 'Tune', optional: true };
const run = (
  action: PlannedLaunchAction,
  status: LaunchActionRun['status'],
  failureReason?: string,
): LaunchActionRun => ({ ...action, status, ...(failureReason !== undefined && { failureReason }) });

const begun: readonly WaveFact[] = [
  { type: 'DRSJobClaimed', data: { waveId: 'w', attempt: 1, job: 1, tryNumber: 1, servers: [id] } },
  {
    type: 'DRSJobStarted',
    data: {
      ...{ waveId: 'w', attempt: 1, job: 1, tryNumber: 1, servers: [id], jobId: jobId(1), adopted: false },
      ...{ account: '111122223333', region: 'eu-west-1' },
    },
  },
];

const waveAfter = (facts: readonly WaveFact[], attempt = 1, relaunch = false): Wave => {
  const state = [...begun, ...facts].reduce((folded, fact) => evolveWave(folded, fact, start), initialWave);
  return deepFreeze(
    waveOf('exec-1', 'DRILL', aWave('w', { servers: someServers(1) }), attempt, state, relaunch),
  );
};

const log = (...events: readonly string[]): readonly JobLogEntry[] =>
  events.map((event, second) => ({
    at: start + second * 1_000,
    event,
    sourceServerId: id,
    ...(event === 'LAUNCH_END' && { instanceId: 'i-1' }),
  }));
const launchedLog = log('SNAPSHOT_START', 'SNAPSHOT_END', 'CONVERSION_START', 'LAUNCH_START', 'LAUNCH_END');

const seen = (
  status: RecoveryJob['status'],
  launchStatus: string,
  launchActions?: readonly LaunchActionRun[],
  more: Partial<Observation> = {},
): Observation => ({
  job: {
    ...{ jobId: jobId(1), type: 'LAUNCH', isDrill: true, status, createdAt: start, tags: {} },
    ...(status === 'COMPLETED' && { endedAt: start + 533_000 }),
    servers: [{ sourceServerId: id, launchStatus, ...(launchActions && { launchActions }) }],
  },
  log: launchedLog,
  ...more,
});

const planned = (...actions: readonly PlannedLaunchAction[]) => ({ planned: new Map([[id, actions]]) });

/** What is said, look by look. */
const looks = (
  ...observations: readonly (Observation | { readonly at: number; readonly of: Observation })[]
) => {
  let said: readonly WaveFact[] = [];
  return observations.map((given) => {
    const { at, of } = 'of' in given ? given : { at: start, of: given };
    const facts = factsOf(waveAfter(said), [of], at, knobs);
    said = [...said, ...facts];
    return facts;
  });
};

const types = (facts: readonly WaveFact[]) => facts.map(({ type }) => type);
const resultIn = (facts: readonly WaveFact[] | undefined) => {
  const last = facts?.at(-1);
  return last?.type === 'DRSJobCompleted' || last?.type === 'LaunchActionsEnded'
    ? last.data.servers[0]
    : undefined;
};

describe('launch actions of DRS', () => {
  it('are told of when they are known, and again whenever one of them has moved', () => {
    const [first, second, same, third] = looks(
      seen('STARTED', 'IN_PROGRESS', undefined, planned(check, tune)),
      seen('STARTED', 'IN_PROGRESS', [run(check, 'IN_PROGRESS')]),
      seen('STARTED', 'IN_PROGRESS', [run(check, 'IN_PROGRESS')]),
      seen('STARTED', 'IN_PROGRESS', [run(check, 'SUCCEEDED'), run(tune, 'IN_PROGRESS')]),
    );
    expect(first).toMatchObject([
      {
        data: {
          phases: { [id]: 'LAUNCH_ACTIONS' },
          expected: { [id]: 2 },
          launchActions: {
            [id]: [
              { name: 'check', document: 'Check-Web', status: 'PENDING' },
              { name: 'tune', document: 'Tune', status: 'PENDING', optional: true },
            ],
          },
        },
      },
    ]);
    expect(second).toMatchObject([
      { data: { phases: {}, launchActions: { [id]: [{ name: 'check', status: 'IN_PROGRESS' }] } } },
    ]);
    expect(same).toEqual([]);
    expect(third).toMatchObject([{ data: { launchActions: { [id]: [{}, { status: 'IN_PROGRESS' }] } } }]);
  });

  it('that are not there are asked for once a job', () => {
    const [first] = looks(seen('STARTED', 'IN_PROGRESS', undefined, planned()));
    expect(first).toMatchObject([{ data: { expected: {} } }]);
    const [job] = waveAfter(first ?? []).state.jobs;
    const late = seen('STARTED', 'IN_PROGRESS');
    expect(needsPlanned(waveAfter([]).state.jobs[0]!, late, start, knobs)).toEqual([id]);
    expect(needsPlanned(job!, late, start, knobs)).toEqual([]);
    expect(
      needsPlanned(waveAfter([]).state.jobs[0]!, { ...late, log: log('CONVERSION_START') }, start, knobs),
    ).toEqual([id]);
    const converting = { ...seen('STARTED', 'PENDING'), log: log('CONVERSION_START') };
    expect(needsPlanned(waveAfter([]).state.jobs[0]!, converting, start, knobs)).toEqual([]);
  });

  it('that go on after their job keep its wave from settling, though the quota is free', () => {
    const [facts, more, end] = looks(
      seen('COMPLETED', 'LAUNCHED', [run(check, 'IN_PROGRESS')], planned(check)),
      seen('COMPLETED', 'LAUNCHED', [run(check, 'IN_PROGRESS')]),
      seen('COMPLETED', 'LAUNCHED', [run(check, 'SUCCEEDED')]),
    );
    expect(types(facts ?? [])).toEqual(['DRSJobProgressed', 'DRSJobCompleted']);
    expect(facts?.[1]).toMatchObject({ data: { servers: [], awaiting: [id] } });
    const waiting = waveAfter(facts ?? []);
    expect(stageOf(waiting)).toEqual({ stage: 'recover' });
    expect(nextLaunch(waiting)).toEqual({ step: 'none' });
    expect(waiting.state.jobs.map((job) => [job.status, isWatched(job)])).toEqual([['COMPLETED', true]]);
    expect(more).toEqual([]);
    expect(types(end ?? [])).toEqual(['LaunchActionsEnded']);
    expect(resultIn(end)).toMatchObject({
      launchResult: 'LAUNCHED',
      instanceId: 'i-1',
      launchActions: [{ name: 'check', status: 'SUCCEEDED' }],
    });
    const settled = waveAfter([...(facts ?? []), ...(end ?? [])]);
    expect(stageOf(settled)).toMatchObject({ stage: 'settled', outcome: 'COMPLETED' });
    expect(settled.state.jobs.some(isWatched)).toBe(false);
  });

  it.each(['LAUNCHED', 'FAILED'])('that failed fail their server, whose launch status is %s', (status) => {
    const [facts] = looks(
      seen(
        'COMPLETED',
        status,
        [run(check, 'FAILED', 'HTTP 503'), run(tune, 'SUCCEEDED')],
        planned(check, tune),
      ),
    );
    expect(resultIn(facts)).toMatchObject({
      launchResult: 'FAILED',
      instanceId: 'i-1',
      keepsInstance: true,
      failure: 'launch action check failed: HTTP 503; i-1 was launched all the same',
    });
  });

  it('that are optional are a warning when they fail', () => {
    const [facts] = looks(
      seen('COMPLETED', 'LAUNCHED', [run(check, 'SUCCEEDED'), run(tune, 'FAILED')], planned(check, tune)),
    );
    expect(resultIn(facts)).toMatchObject({
      launchResult: 'LAUNCHED',
      warnings: ['optional launch action tune failed: DRS gives no reason'],
    });
  });

  it('that never begin are awaited for so long and no longer, and fail their server', () => {
    const open = seen('COMPLETED', 'LAUNCHED', undefined, planned(check));
    const [, early, late] = looks(
      open,
      { at: start + 30 * minute - 1, of: open },
      { at: start + 30 * minute, of: open },
    );
    expect(early).toEqual([]);
    expect(resultIn(late)).toMatchObject({
      launchResult: 'FAILED',
      keepsInstance: true,
      failure: 'launch action check has not begun within 30 minutes; i-1 was launched all the same',
      launchActions: [{ name: 'check', status: 'PENDING' }],
    });
  });

  it('are not judged by a look that was older than the end of their job', () => {
    const [, completed, stale, ended] = looks(
      seen('STARTED', 'IN_PROGRESS', undefined, planned(check)),
      seen('COMPLETED', 'LAUNCHED', [run(check, 'IN_PROGRESS')]),
      seen('STARTED', 'IN_PROGRESS', []),
      seen('COMPLETED', 'LAUNCHED', [run(check, 'SUCCEEDED')]),
    );
    expect(completed?.at(-1)).toMatchObject({ type: 'DRSJobCompleted', data: { awaiting: [id] } });
    expect(stale).toEqual([]);
    expect(resultIn(ended)?.launchResult).toBe('LAUNCHED');
  });

  it('that have begun are awaited for longer, and are a warning where they are optional', () => {
    const open = seen('COMPLETED', 'LAUNCHED', [run(tune, 'IN_PROGRESS')], planned(tune));
    const [, early, late] = looks(
      open,
      { at: start + 119 * minute, of: open },
      { at: start + 120 * minute, of: open },
    );
    expect(early).toEqual([]);
    expect(resultIn(late)).toMatchObject({
      launchResult: 'LAUNCHED',
      warnings: ['optional launch action tune has not ended within 120 minutes'],
    });
  });

  it('are not given up by a look that did not ask which of them are optional', () => {
    const open = seen('COMPLETED', 'LAUNCHED', [run(check, 'SUCCEEDED')], planned(check, tune));
    const unnamed = seen('COMPLETED', 'LAUNCHED', [run(check, 'SUCCEEDED')]);
    const [, late, named] = looks(
      open,
      { at: start + 35 * minute, of: unnamed },
      { at: start + 35 * minute, of: open },
    );
    expect(late).toEqual([]);
    expect(resultIn(named)).toMatchObject({
      launchResult: 'LAUNCHED',
      warnings: ['optional launch action tune has not begun within 30 minutes'],
    });
  });

  it('of a job that DRS lists no more are given up in the same way, and the instance is kept', () => {
    const facts = looks(seen('COMPLETED', 'LAUNCHED', undefined, planned(check)))[0] ?? [];
    expect(factsOf(waveAfter(facts), [], start + 29 * minute, knobs)).toEqual([]);
    expect(resultIn(factsOf(waveAfter(facts), [], start + 30 * minute, knobs))).toMatchObject({
      launchResult: 'FAILED',
      keepsInstance: true,
      failure: '1 launch action has not begun within 30 minutes',
    });
  });

  it('that may not be read hold nothing up, and are called not known', () => {
    const [facts] = looks(seen('COMPLETED', 'LAUNCHED', undefined, { planned: new Map(), unread: 'denied' }));
    expect(resultIn(facts)).toMatchObject({
      launchResult: 'LAUNCHED',
      warnings: ['which launch actions it was to run is not known: denied'],
    });
  });

  it('with the same name are told apart by their number', () => {
    expect(verdictOf([run(check, 'SUCCEEDED')], undefined, [check, check])).toBe('open');
    expect(toldActions([run(check, 'SUCCEEDED')], [check, check]).map(({ status }) => status)).toEqual([
      'SUCCEEDED',
      'PENDING',
    ]);
  });

  it('are told of twenty at most, those that matter most in front', () => {
    const many = Array.from({ length: 40 }, () => run(check, 'SUCCEEDED'));
    const told = toldActions([...many, run(check, 'FAILED', 'x'.repeat(1_000))]);
    expect(told).toHaveLength(20);
    expect(told[0]).toMatchObject({
      status: 'FAILED',
      failureReason: expect.stringMatching(/^x{300}… \(cut, 300 of [\d,]+ characters\)$/),
    });
  });
});

describe('a retry after a failed launch action', () => {
  const failed =
    looks(seen('COMPLETED', 'LAUNCHED', [run(check, 'FAILED', 'HTTP 503')], planned(check)))[0] ?? [];

  it('leaves the instance that runs, unless the operator wants it launched again', () => {
    expect(stageOf(waveAfter(failed))).toMatchObject({
      stage: 'settled',
      outcome: 'FAILED',
      needsRelaunch: true,
    });
    expect(nextLaunch(waveAfter(failed, 2))).toEqual({ step: 'none' });
    expect(nextLaunch(waveAfter(failed, 2, true))).toMatchObject({ step: 'claim', servers: [id] });
  });
});

describe('why a server was not launched', () => {
  const failureOf = (of: Observation) => resultIn(factsOf(waveAfter([]), [of], start, knobs))?.failure;
  const failed = (events: readonly string[], endedAfterMs = 533_000, status = 'FAILED'): Observation => {
    const { job } = seen('COMPLETED', status);
    return { job: { ...job, endedAt: start + endedAfterMs }, log: log(...events) };
  };

  it('is a lack of permissions only where a job ended within seconds and nothing says otherwise', () => {
    expect(failureOf(failed(['SNAPSHOT_START', 'SNAPSHOT_END'], 1_000))).toContain('lacks permissions');
    expect(failureOf(failed(['SNAPSHOT_START', 'SNAPSHOT_END']))).toBe(
      'launch status FAILED; neither the log of the job nor its launch actions say why',
    );
    expect(failureOf(failed(['LAUNCH_START'], 1_000))).not.toContain('permissions');
  });

  it('is the cancellation of its job, with the instance that was launched before', () => {
    const { job } = failed([], 1_000);
    const cancelled = { at: start, event: 'JOB_CANCEL' };
    expect(failureOf({ job, log: [cancelled] })).toBe('the job was cancelled in DRS');
    expect(failureOf({ job, log: [...launchedLog, cancelled] })).toBe(
      'the job was cancelled in DRS; i-1 was launched all the same',
    );
  });

  it('is what its launch status says where that is none of a failure', () => {
    expect(failureOf(failed([], 1_000, 'TERMINATED'))).toBe('it was terminated while the job ran');
    expect(failureOf(failed([], 1_000, 'PENDING'))).toBe('the job ended without it: launch status PENDING');
  });
});

describe('the point in time that a server was launched from', () => {
  const resultOf = (events: readonly string[], pointInTime?: number) => {
    const instance = {
      sourceServerId: id,
      instanceId: 'i-1',
      state: 'RUNNING',
      isDrill: true,
      jobId: jobId(1),
    };
    const { job } = seen('COMPLETED', 'LAUNCHED');
    const instances = pointInTime === undefined ? [] : [{ ...instance, pointInTime }];
    return resultIn(
      factsOf(waveAfter([]), [{ job, log: log(...events), ...planned(), instances }], start, knobs),
    );
  };

  it('is an earlier one where DRS used it in place of a snapshot that failed', () => {
    const older = [
      'SNAPSHOT_START',
      'SNAPSHOT_FAIL',
      'USING_PREVIOUS_SNAPSHOT',
      'CONVERSION_START',
      'LAUNCH_END',
    ];
    expect(resultOf(older, start - 600_000)).toMatchObject({
      launchResult: 'LAUNCHED',
      recoveryPoint: { from: 'earlier-snapshot', at: '2025-12-31T23:50:00.000Z' },
      warnings: ['launched from an earlier point in time, since the new snapshot failed'],
    });
  });

  it('is known as far as DRS tells', () => {
    expect(resultOf(['SNAPSHOT_END', 'LAUNCH_END'])?.recoveryPoint).toEqual({ from: 'new-snapshot' });
    expect(resultOf(['LAUNCH_END'])).not.toHaveProperty('recoveryPoint');
    expect(resultOf(['LAUNCH_END'], start)?.recoveryPoint).toEqual({ at: '2026-01-01T00:00:00.000Z' });
  });

  it('comes with what else went wrong on the way', () => {
    expect(resultOf(['CLEANUP_FAIL', 'SNAPSHOT_END', 'LAUNCH_END'])?.warnings).toEqual([
      'earlier instances of it were not cleaned up (CLEANUP_FAIL)',
    ]);
  });
});
