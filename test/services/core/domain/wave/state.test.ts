import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import {
  actionKey,
  beginAttempt,
  initialWave,
  type ActionState,
  type JobState,
  type WaveState,
} from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { jobId, serverId } from '../../../../support/frozen-wave.ts';

const inWave = { waveId: 'w', attempt: 1 };
const servers = [serverId(1)];
const first: WaveState = { ...initialWave, attempt: 1 };

const fold = (facts: readonly WaveFact[], before: WaveState = first, at = 100): WaveState =>
  facts.reduce((state, fact, index) => evolveWave(deepFreeze(state), deepFreeze(fact), at + index), before);

const claimed = (job = 1, tryNumber = 1): WaveFact => ({
  type: 'DRSJobClaimed',
  data: { ...inWave, job, tryNumber, servers },
});
const started = (job = 1): WaveFact => ({
  type: 'DRSJobStarted',
  data: {
    ...inWave,
    job,
    tryNumber: 1,
    jobId: jobId(job),
    account: '111122223333',
    region: 'eu-west-1',
    servers,
    adopted: false,
  },
});
const refused = (cause: 'conflict' | 'not-found-after-quarantine' = 'conflict', final = false): WaveFact => ({
  type: 'DRSJobRefused',
  data: { ...inWave, job: 1, tryNumber: 1, cause, message: 'no', final },
});
const aJob = (changes: Partial<JobState> = {}): JobState => ({
  job: 1,
  tryNumber: 1,
  status: 'CLAIMED',
  servers,
  claimedAt: 100,
  refusals: 0,
  lost: 0,
  phases: {},
  phaseSince: 100,
  stuck: false,
  ...changes,
});

describe('state of a wave', () => {
  it('begins with nothing', () => {
    expect(initialWave).toStrictEqual({
      attempt: 0,
      jobs: [],
      results: {},
      actions: {},
      awaitingCapacity: false,
      jobIds: [],
    });
    expect(actionKey('before', 'check')).toBe('before/check');
  });

  it('holds a claim as a job that may have been started', () => {
    expect(fold([claimed()])).toStrictEqual({ ...first, jobs: [aJob()] });
  });

  it('holds a started job under its id, with the claim that it came from', () => {
    expect(fold([claimed(), started()])).toStrictEqual({
      ...first,
      jobs: [aJob({ status: 'STARTED', jobId: jobId(1), phaseSince: 101 })],
      jobIds: [jobId(1)],
    });
  });

  it('holds a started or refused job whose claim it never saw', () => {
    expect(fold([started()]).jobs).toStrictEqual([aJob({ status: 'STARTED', jobId: jobId(1) })]);
    expect(fold([refused()]).jobs).toStrictEqual([
      aJob({ status: 'OPEN', servers: [], refusals: 1, message: 'no' }),
    ]);
  });

  it('keeps its jobs in order, and each job apart', () => {
    const both = fold([claimed(2), started(2), claimed(1)]);
    expect(both.jobs.map(({ job, status }) => `${job} ${status}`)).toEqual(['1 CLAIMED', '2 STARTED']);
    const again = fold([claimed(1), started(1)], both);
    expect(again.jobs.map(({ job, status }) => `${job} ${status}`)).toEqual(['1 STARTED', '2 STARTED']);
    expect(fold([claimed(1), claimed(2), started(2), started(1)]).jobIds).toEqual([jobId(2), jobId(1)]);
  });

  it('opens a job that was refused, counts refusals and lost claims, and keeps them for the next claim', () => {
    const opened = fold([claimed(), refused()]);
    expect(opened.jobs).toStrictEqual([aJob({ status: 'OPEN', refusals: 1, message: 'no' })]);
    const lost = fold([claimed(), refused('not-found-after-quarantine'), claimed(1, 2)]);
    expect(lost.jobs).toStrictEqual([
      aJob({ tryNumber: 2, claimedAt: 102, phaseSince: 102, refusals: 1, lost: 1 }),
    ]);
    const twice = fold([refused('not-found-after-quarantine'), refused('not-found-after-quarantine')], lost);
    expect(twice.jobs[0]).toMatchObject({ refusals: 3, lost: 3 });
    expect(fold([claimed(), refused('conflict', true)]).jobs[0]?.status).toBe('REFUSED');
  });

  it('awaits capacity until something becomes of a job', () => {
    const waits: WaveFact = {
      type: 'CapacityAwaited',
      data: { ...inWave, job: 1, account: '111122223333', region: 'eu-west-1', ahead: 2 },
    };
    expect(fold([waits])).toStrictEqual({ ...first, awaitingCapacity: true });
    expect(fold([waits, claimed()]).awaitingCapacity).toBe(false);
  });

  const progressed = (phase: 'SNAPSHOT' | 'LAUNCH', server = 1, job = 1): WaveFact => ({
    type: 'DRSJobProgressed',
    data: { ...inWave, jobId: jobId(job), phases: { [serverId(server)]: phase } },
  });
  const stuck: WaveFact = {
    type: 'DRSJobStuck',
    data: { ...inWave, jobId: jobId(1), phase: 'NONE', sinceMinutes: 60 },
  };

  it('follows the phases of the job that they are of, which is not stuck any more', () => {
    const running = fold([claimed(1), started(1), claimed(2), started(2), stuck]);
    expect(running.jobs.map((job) => job.stuck)).toEqual([true, false]);
    const moved = fold([progressed('SNAPSHOT'), progressed('LAUNCH', 2), progressed('LAUNCH')], running, 200);
    expect(moved.jobs).toStrictEqual([
      aJob({
        status: 'STARTED',
        jobId: jobId(1),
        phases: { [serverId(1)]: 'LAUNCH', [serverId(2)]: 'LAUNCH' },
        phaseSince: 202,
      }),
      running.jobs[1],
    ]);
  });

  const completed = (attempt = 1, launchResult: 'LAUNCHED' | 'FAILED' = 'LAUNCHED', n = 1): WaveFact => ({
    type: 'DRSJobCompleted',
    data: {
      waveId: 'w',
      attempt,
      job: 1,
      jobId: jobId(1),
      servers: [{ sourceServerId: serverId(n), name: 'x', launchResult, phases: {} }],
      createdAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:00.000Z',
    },
  });
  const result = (attempt: number, launchResult: 'LAUNCHED' | 'FAILED', n = 1) => ({
    sourceServerId: serverId(n),
    name: 'x',
    launchResult,
    phases: {},
    attempt,
  });

  it('keeps the results of a completed job, and the attempt that they are of', () => {
    const done = fold([claimed(), started(), progressed('LAUNCH'), completed()]);
    expect(done).toStrictEqual({
      ...first,
      jobs: [aJob({ status: 'COMPLETED', jobId: jobId(1), phaseSince: 102 })],
      jobIds: [jobId(1)],
      results: { [serverId(1)]: result(1, 'LAUNCHED') },
    });
    expect(fold([completed(1, 'FAILED', 2)], done).results).toStrictEqual({
      [serverId(1)]: result(1, 'LAUNCHED'),
      [serverId(2)]: result(1, 'FAILED', 2),
    });
  });

  it('begins a new attempt without jobs, with the results and successes of those before', () => {
    const before = fold([
      claimed(),
      started(),
      completed(1, 'FAILED'),
      { type: 'ActionCompleted', data: { ...inWave, stage: 'before', actionId: 'done', tryNumber: 1 } },
      {
        type: 'ActionFailed',
        data: {
          ...inWave,
          stage: 'after',
          actionId: 'not',
          tryNumber: 1,
          cause: 'failed',
          message: 'no',
          final: true,
        },
      },
      { type: 'WaveStopped', data: { ...inWave, reason: 'cancelled' } },
    ]);
    expect(before.stopped).toBe('cancelled');
    const second = {
      ...initialWave,
      attempt: 2,
      results: before.results,
      jobIds: [jobId(1)],
      actions: { 'before/done': before.actions['before/done'] },
    };
    expect(beginAttempt(deepFreeze(before), 2)).toStrictEqual(second);
    expect(beginAttempt(before, 1)).toBe(before);
    expect(beginAttempt(before, 0)).toBe(before);
    expect(fold([completed(2)], before).results).toStrictEqual({ [serverId(1)]: result(2, 'LAUNCHED') });
    expect(fold([completed(2)], before).attempt).toBe(2);
  });

  it('is left as it is by a question to an operator', () => {
    const asked: WaveFact = {
      type: 'OperatorNeeded',
      data: { about: 'launch-refused', why: 'no', choices: ['retry'] },
    };
    expect(fold([asked])).toBe(first);
  });
});

describe('state of an action', () => {
  const inAction = { ...inWave, stage: 'before', actionId: 'check', tryNumber: 1 } as const;
  const begun = (id?: string): WaveFact => ({
    type: 'ActionStarted',
    data: {
      ...inAction,
      kind: 'automation',
      endsBy: '1970-01-01T00:01:00.000Z',
      ...(id !== undefined && { automationExecutionId: id }),
    },
  });
  const failed = (final: boolean): WaveFact => ({
    type: 'ActionFailed',
    data: { ...inAction, cause: 'timed-out', message: 'late', final },
  });
  const done: WaveFact = { type: 'ActionCompleted', data: inAction };
  const running: ActionState = {
    stage: 'before',
    actionId: 'check',
    tryNumber: 1,
    status: 'RUNNING',
    kind: 'automation',
    startedAt: 100,
    endsBy: 60_000,
  };
  const after = (...facts: readonly WaveFact[]) => fold(facts).actions;

  it('runs from its start, until it ends or may be tried again', () => {
    expect(after(begun())).toStrictEqual({ 'before/check': running });
    expect(after(begun('id'))).toStrictEqual({ 'before/check': { ...running, automationExecutionId: 'id' } });
    expect(after(begun(), done)).toStrictEqual({ 'before/check': { ...running, status: 'SUCCEEDED' } });
    const said = { cause: 'timed-out', message: 'late' };
    expect(after(begun(), failed(true))).toStrictEqual({
      'before/check': { ...running, status: 'FAILED', ...said },
    });
    expect(after(begun(), failed(false))).toStrictEqual({
      'before/check': { ...running, status: 'AGAIN', ...said },
    });
    expect(after(begun(), failed(false), begun())).toStrictEqual({
      'before/check': { ...running, startedAt: 102 },
    });
  });

  it('that ends without having run ends all the same', () => {
    const never = { ...running, kind: 'wait', endsBy: 100 };
    expect(after(done)).toStrictEqual({ 'before/check': { ...never, status: 'SUCCEEDED' } });
    expect(after(failed(true))).toStrictEqual({
      'before/check': { ...never, status: 'FAILED', cause: 'timed-out', message: 'late' },
    });
  });

  it('stands beside those of other stages and names', () => {
    const other: WaveFact = { type: 'ActionCompleted', data: { ...inAction, stage: 'after' } };
    expect(Object.keys(after(begun(), other))).toEqual(['before/check', 'after/check']);
  });

  const near = (stage?: 'before', actionId?: string): WaveFact => ({
    type: 'TimeoutNear',
    data: {
      about: 'action',
      ...inWave,
      ...(stage !== undefined && { stage }),
      ...(actionId !== undefined && { actionId }),
      endsBy: '1970-01-01T00:01:00.000Z',
      consequence: 'x',
    },
  });

  it('remembers that its time-out was warned of, until it is tried again', () => {
    expect(after(begun(), near('before', 'check'))).toStrictEqual({
      'before/check': { ...running, warned: true },
    });
    expect(after(begun(), near('before', 'check'), begun())).toStrictEqual({
      'before/check': { ...running, startedAt: 102 },
    });
    for (const other of [near('before', 'other'), near(), near('before')])
      expect(after(begun(), other)).toStrictEqual({ 'before/check': running });
  });

  it('that was answered keeps the answer known, in later attempts too', () => {
    const answered: WaveFact = { type: 'ActionCompleted', data: { ...inAction, decisionId: 'one' } };
    const refused: WaveFact = {
      type: 'DecisionRefused',
      data: { decisionId: 'two', decision: 'approve', by: 'ops', reason: 'no' },
    };
    expect(fold([begun()])).not.toHaveProperty('decisions');
    const both = fold([answered, refused]);
    expect(both.decisions).toEqual(['one', 'two']);
    expect(beginAttempt(both, 2).decisions).toEqual(['one', 'two']);
    expect(beginAttempt(fold([begun()]), 2)).not.toHaveProperty('decisions');
  });
});
