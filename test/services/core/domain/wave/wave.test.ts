import { describe, expect, it } from 'vitest';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import type { ServerResult, WaveFact } from '../../../../../contracts/wave-events.ts';
import {
  actionOf,
  groupsOf,
  plannedJobs,
  resultsOf,
  stageOf,
  targetOfAction,
  waveOf,
  type Wave,
} from '../../../../../services/core/domain/wave/wave.ts';
import { nextLaunch } from '../../../../../services/core/domain/wave/claim.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { anAutomation, aWave, jobId, serverId, someServers } from '../../../../support/frozen-wave.ts';

const at = (n: number): number => Date.parse('2026-01-01T00:00:00Z') + n * 1_000;
const given = (
  definition: FrozenWave,
  facts: readonly WaveFact[],
  attempt = 1,
  mode: 'DRILL' | 'RECOVERY' = 'DRILL',
): Wave =>
  deepFreeze(
    waveOf(
      'exec-00000000000000000000',
      mode,
      definition,
      attempt,
      facts.reduce((state, fact, index) => evolveWave(deepFreeze(state), fact, at(index)), initialWave),
    ),
  );

const inWave = { waveId: 'w', attempt: 1 };
const claimed = (job = 1, tryNumber = 1, servers = [serverId(1)], attempt = 1): WaveFact => ({
  type: 'DRSJobClaimed',
  data: { waveId: 'w', attempt, job, tryNumber, servers },
});
const jobStarted = (job = 1, servers = [serverId(1)], attempt = 1): WaveFact => ({
  type: 'DRSJobStarted',
  data: {
    waveId: 'w',
    attempt,
    job,
    tryNumber: 1,
    jobId: jobId(job),
    account: '111122223333',
    region: 'eu-west-1',
    servers,
    adopted: false,
  },
});
const result = (n: number, launchResult: 'LAUNCHED' | 'FAILED'): ServerResult => ({
  sourceServerId: serverId(n),
  name: `server-${n}`,
  launchResult,
  phases: {},
});
const jobCompleted = (servers: readonly ServerResult[], job = 1, attempt = 1): WaveFact => ({
  type: 'DRSJobCompleted',
  data: {
    waveId: 'w',
    attempt,
    job,
    jobId: jobId(job),
    servers: [...servers],
    createdAt: new Date(at(0)).toISOString(),
    endedAt: new Date(at(9)).toISOString(),
  },
});
const refused = (final: boolean, cause: 'conflict' | 'invalid' = 'conflict'): WaveFact => ({
  type: 'DRSJobRefused',
  data: { ...inWave, job: 1, tryNumber: 1, cause, message: 'no', final },
});
const actionStarted = (stage: 'before' | 'after' | 'onCancel', actionId: string): WaveFact => ({
  type: 'ActionStarted',
  data: {
    ...inWave,
    stage,
    actionId,
    tryNumber: 1,
    kind: 'automation',
    endsBy: new Date(at(99)).toISOString(),
  },
});
const actionDone = (stage: 'before' | 'after' | 'onFailure' | 'onCancel', actionId: string): WaveFact => ({
  type: 'ActionCompleted',
  data: { ...inWave, stage, actionId, tryNumber: 1 },
});
const actionFailed = (stage: 'before' | 'after', actionId: string, final = true): WaveFact => ({
  type: 'ActionFailed',
  data: { ...inWave, stage, actionId, tryNumber: 1, cause: 'failed', message: 'no', final },
});
const stopped: WaveFact = { type: 'WaveStopped', data: { ...inWave, reason: 'the execution was cancelled' } };

const whole = (launchResult: 'LAUNCHED' | 'FAILED'): readonly WaveFact[] => [
  claimed(),
  jobStarted(),
  jobCompleted([result(1, launchResult)]),
];

describe('wave', () => {
  it('claims its servers, then waits for the claim to be settled, then for the job', () => {
    expect(nextLaunch(given(aWave('w'), []))).toEqual({
      step: 'claim',
      job: 1,
      tryNumber: 1,
      servers: [serverId(1)],
    });
    expect(nextLaunch(given(aWave('w'), [claimed()]))).toMatchObject({
      step: 'settle-claim',
      job: { job: 1, status: 'CLAIMED' },
    });
    expect(nextLaunch(given(aWave('w'), [claimed(), jobStarted()]))).toEqual({ step: 'none' });
  });

  it('takes several jobs of at most 100 servers, one claim after the other', () => {
    const definition = aWave('w', { servers: someServers(120) });
    expect(plannedJobs(given(definition, [])).map(({ servers }) => servers.length)).toEqual([100, 20]);
    const first = someServers(100).map((server) => server.sourceServerId);
    expect(nextLaunch(given(definition, [claimed(1, 1, first), jobStarted(1, first)]))).toMatchObject({
      step: 'claim',
      job: 2,
    });
  });

  it('recovers the 201st server', () => {
    const jobs = plannedJobs(given(aWave('w', { servers: someServers(201) }), []));
    expect(jobs.map(({ servers }) => servers.length)).toEqual([100, 100, 1]);
    expect(jobs[2]?.servers).toEqual([serverId(201)]);
  });

  it('completes when its job completes and every server was launched', () => {
    expect(stageOf(given(aWave('w'), whole('LAUNCHED')))).toEqual({
      stage: 'settled',
      outcome: 'COMPLETED',
      reasons: [],
    });
  });

  it('fails when its job completes with a failed server', () => {
    expect(stageOf(given(aWave('w'), whole('FAILED')))).toEqual({
      stage: 'settled',
      outcome: 'FAILED',
      reasons: ['server-1: launch failed'],
    });
  });

  it('is PARTIAL when it meets its policy without all servers', () => {
    const definition = aWave('w', { servers: someServers(2), success: { atLeast: 1 } });
    expect(
      stageOf(
        given(definition, [
          claimed(),
          jobStarted(),
          jobCompleted([result(1, 'LAUNCHED'), result(2, 'FAILED')]),
        ]),
      ),
    ).toMatchObject({ outcome: 'PARTIAL' });
  });

  it('claims again after a refusal that was not final, with the next try number', () => {
    expect(nextLaunch(given(aWave('w'), [claimed(), refused(false)]))).toMatchObject({
      step: 'claim',
      job: 1,
      tryNumber: 2,
    });
  });

  it('fails with the reason when the refusal is final', () => {
    const wave = given(aWave('w'), [claimed(), refused(true, 'invalid')]);
    expect(stageOf(wave)).toMatchObject({ outcome: 'FAILED' });
    expect(resultsOf(wave)[0]).toMatchObject({ launchResult: 'FAILED', failure: 'no' });
  });

  it('recovers only the failed servers in a second attempt', () => {
    const definition = aWave('w', { servers: someServers(3) });
    const first = [
      claimed(),
      jobStarted(),
      jobCompleted([result(1, 'LAUNCHED'), result(2, 'FAILED'), result(3, 'FAILED')]),
    ];
    const second = given(definition, first, 2);
    expect(nextLaunch(second)).toMatchObject({
      step: 'claim',
      job: 1,
      tryNumber: 1,
      servers: [serverId(2), serverId(3)],
    });
  });

  it('keeps to the servers of its attempt while their results come in', () => {
    const definition = aWave('w', { servers: someServers(2) });
    const facts = [claimed(), jobStarted(), jobCompleted([result(1, 'LAUNCHED'), result(2, 'LAUNCHED')])];
    expect(plannedJobs(given(definition, facts))).toEqual([{ job: 1, servers: [serverId(1), serverId(2)] }]);
  });

  it('ignores a launch result of a job that it does not know', () => {
    const wave = given(aWave('w'), [claimed(), jobStarted(), jobCompleted([], 7)]);
    expect(stageOf(wave)).toEqual({ stage: 'recover' });
  });

  it('runs its before-actions first, in groups, and launches after the last', () => {
    const definition = aWave('w', {
      before: [anAutomation('one'), [anAutomation('two'), anAutomation('three')]],
    });
    const due = (facts: readonly WaveFact[]) => {
      const stage = stageOf(given(definition, facts));
      return 'due' in stage ? stage.due.map((action) => action.actionId) : stage.stage;
    };
    expect(due([])).toEqual(['one']);
    expect(due([actionStarted('before', 'one'), actionDone('before', 'one')])).toEqual(['two', 'three']);
    expect(due([actionDone('before', 'one'), actionDone('before', 'three')])).toEqual(['two']);
    expect(
      due([actionDone('before', 'one'), actionDone('before', 'three'), actionDone('before', 'two')]),
    ).toBe('recover');
  });

  it('never launches after a required before-action failed', () => {
    const wave = given(aWave('w', { before: [anAutomation('check')] }), [actionFailed('before', 'check')]);
    expect(stageOf(wave)).toMatchObject({
      stage: 'settled',
      outcome: 'FAILED',
      reasons: ['action check: no'],
    });
    expect(nextLaunch(wave)).toEqual({ step: 'none' });
  });

  it('goes on after an optional action failed', () => {
    expect(
      stageOf(
        given(aWave('w', { before: [anAutomation('check', { optional: true })] }), [
          actionFailed('before', 'check'),
        ]),
      ),
    ).toEqual({ stage: 'recover' });
  });

  it('leaves out actions of the other mode', () => {
    const definition = aWave('w', { before: [anAutomation('only-real', { when: 'RECOVERY' })] });
    expect(stageOf(given(definition, [], 1, 'DRILL'))).toEqual({ stage: 'recover' });
    expect(stageOf(given(definition, [], 1, 'RECOVERY'))).toMatchObject({ stage: 'before' });
  });

  it('runs failure actions before it settles as FAILED', () => {
    const definition = aWave('w', { onFailureActions: [anAutomation('tell')] });
    expect(stageOf(given(definition, whole('FAILED')))).toMatchObject({ stage: 'onFailure' });
    expect(stageOf(given(definition, [...whole('FAILED'), actionDone('onFailure', 'tell')]))).toMatchObject({
      outcome: 'FAILED',
    });
  });

  it('runs after-actions once the servers are recovered', () => {
    const definition = aWave('w', { after: [anAutomation('warm')] });
    expect(stageOf(given(definition, whole('LAUNCHED')))).toMatchObject({ stage: 'after' });
    expect(stageOf(given(definition, [...whole('LAUNCHED'), actionFailed('after', 'warm')]))).toMatchObject({
      outcome: 'FAILED',
    });
  });

  it('claims nothing once it is stopped', () => {
    expect(nextLaunch(given(aWave('w'), [stopped]))).toEqual({ step: 'none' });
    expect(stageOf(given(aWave('w'), [stopped]))).toMatchObject({ stage: 'settled', outcome: 'STOPPED' });
  });

  it('waits for its running job and its running actions when it is stopped, then runs the cancel actions', () => {
    const definition = aWave('w', { after: [anAutomation('warm')], onCancelActions: [anAutomation('undo')] });
    expect(stageOf(given(definition, [claimed(), jobStarted(), stopped]))).toEqual({ stage: 'recover' });
    expect(
      stageOf(given(definition, [...whole('LAUNCHED'), actionStarted('after', 'warm'), stopped])),
    ).toEqual({ stage: 'stopping' });
    expect(stageOf(given(definition, [...whole('LAUNCHED'), stopped]))).toMatchObject({ stage: 'onCancel' });
    expect(
      stageOf(given(definition, [...whole('LAUNCHED'), stopped, actionDone('onCancel', 'undo')])),
    ).toMatchObject({ outcome: 'STOPPED' });
  });

  it('still finds out about a claim when it is stopped', () => {
    expect(nextLaunch(given(aWave('w'), [claimed(), stopped]))).toMatchObject({ step: 'settle-claim' });
  });
});

describe('what is due in a wave, and what is not', () => {
  const stage = (definition: FrozenWave, facts: readonly WaveFact[], mode: 'DRILL' | 'RECOVERY' = 'DRILL') =>
    stageOf(given(definition, facts, 1, mode));

  it('knows the actions of each stage, of this mode, in groups without empty ones', () => {
    const only = (when: 'DRILL' | 'RECOVERY', actionId: string) => anAutomation(actionId, { when });
    const definition = aWave('w', {
      before: [only('RECOVERY', 'a'), [only('DRILL', 'b'), only('RECOVERY', 'c')], anAutomation('d')],
      after: [anAutomation('e')],
      onFailureActions: [anAutomation('f')],
      onCancelActions: [anAutomation('g')],
    });
    const wave = given(definition, []);
    const ids = (name: 'before' | 'after' | 'onFailure' | 'onCancel') =>
      groupsOf(wave, name).map((group) => group.map(({ actionId }) => actionId));
    expect(ids('before')).toEqual([['b'], ['d']]);
    expect([ids('after'), ids('onFailure'), ids('onCancel')]).toEqual([[['e']], [['f']], [['g']]]);
    expect(actionOf(wave, 'before', 'd')?.actionId).toBe('d');
    expect(actionOf(wave, 'before', 'a')).toBeUndefined();
    expect(actionOf(wave, 'after', 'd')).toBeUndefined();
  });

  it('lets a runbook run in the target that it names, and any other action where its wave recovers', () => {
    const elsewhere = { account: '444455556666', region: 'eu-central-1' };
    const wave = aWave('w', { targets: { elsewhere } });
    const wait = { kind: 'wait', actionId: 'x', when: 'BOTH', optional: false, minutes: 1 } as const;
    expect(targetOfAction(wave, anAutomation('x', { target: 'elsewhere' }))).toEqual(elsewhere);
    expect(targetOfAction(wave, anAutomation('x', { target: 'nowhere' }))).toEqual(wave.target);
    expect(targetOfAction(wave, anAutomation('x'))).toEqual(wave.target);
    expect(targetOfAction(wave, wait)).toEqual(wave.target);
    expect(targetOfAction(wave, { ...wait, target: 'elsewhere' } as never)).toEqual(wave.target);
    expect(targetOfAction(aWave('w'), anAutomation('x', { target: 'elsewhere' }))).toEqual(wave.target);
  });

  it('waits for the whole of a group, then fails with every required action of it that failed', () => {
    const group = [anAutomation('a'), anAutomation('b'), anAutomation('c', { optional: true })];
    const definition = aWave('w', { before: [group, anAutomation('later')] });
    const failed = ['a', 'b', 'c'].map((id) => actionFailed('before', id));
    expect(stage(definition, failed.slice(0, 2))).toEqual({ stage: 'before', due: [group[2]] });
    expect(stage(definition, failed)).toEqual({
      stage: 'settled',
      outcome: 'FAILED',
      reasons: ['action a: no', 'action b: no'],
    });
    expect(stage(definition, [actionDone('before', 'a'), actionDone('before', 'b'), failed[2]!])).toEqual({
      stage: 'before',
      due: [definition.before[1]],
    });
  });

  it('is due while it runs, and again after a failure that was not final', () => {
    const definition = aWave('w', { before: [anAutomation('a')] });
    for (const facts of [[actionStarted('before', 'a')], [actionFailed('before', 'a', false)]])
      expect(stage(definition, facts)).toEqual({ stage: 'before', due: definition.before });
  });

  it('names a failed action without a message as failed', () => {
    const wave = given(aWave('w', { before: [anAutomation('a')] }), [actionFailed('before', 'a')]);
    const { message: _message, ...action } = wave.state.actions['before/a']!;
    const silent = { ...wave, state: { ...wave.state, actions: { 'before/a': action } } };
    expect(stageOf(silent)).toMatchObject({ reasons: ['action a: failed'] });
  });

  it('gives each server its result, with the reason of those that were never launched', () => {
    const definition = aWave('w', { servers: someServers(3) });
    const facts = [
      claimed(1, 1, [serverId(1)]),
      jobStarted(1, [serverId(1)]),
      jobCompleted([result(1, 'LAUNCHED')]),
      claimed(2, 1, [serverId(2)]),
      {
        ...refused(true),
        data: { ...inWave, job: 2, tryNumber: 1, cause: 'invalid', message: 'no', final: true },
      },
    ] as readonly WaveFact[];
    const never = { launchResult: 'FAILED', phases: {} };
    expect(resultsOf(given(definition, facts))).toStrictEqual([
      result(1, 'LAUNCHED'),
      { sourceServerId: serverId(2), name: 'server-2', failure: 'no', ...never },
      { sourceServerId: serverId(3), name: 'server-3', failure: 'not launched', ...never },
    ]);
  });

  it('fails with the reason of each server that is missing', () => {
    const definition = aWave('w', { servers: someServers(3) });
    const results = [
      result(1, 'LAUNCHED'),
      { ...result(2, 'FAILED'), failure: 'no capacity' },
      result(3, 'FAILED'),
    ];
    expect(stage(definition, [claimed(), jobStarted(), jobCompleted(results)])).toEqual({
      stage: 'settled',
      outcome: 'FAILED',
      reasons: ['server-2: no capacity', 'server-3: launch failed'],
    });
  });

  it('counts a server as critical or not, as its plan says', () => {
    const servers = someServers(2).map((server, index) => ({ ...server, critical: index === 0 }));
    const definition = aWave('w', { servers, success: 'critical' });
    const outcome = (one: 'LAUNCHED' | 'FAILED', two: 'LAUNCHED' | 'FAILED') =>
      stage(definition, [claimed(), jobStarted(), jobCompleted([result(1, one), result(2, two)])]);
    expect(outcome('LAUNCHED', 'FAILED')).toEqual({ stage: 'settled', outcome: 'PARTIAL', reasons: [] });
    expect(outcome('FAILED', 'LAUNCHED')).toMatchObject({ outcome: 'FAILED' });
  });

  it('has failed when an after-action failed, with its reason, whatever its servers', () => {
    const definition = aWave('w', {
      after: [anAutomation('warm')],
      onFailureActions: [anAutomation('tell')],
    });
    const facts = [...whole('LAUNCHED'), actionFailed('after', 'warm')];
    expect(stage(definition, facts)).toEqual({ stage: 'onFailure', due: definition.onFailureActions });
    expect(stage(definition, [...facts, actionDone('onFailure', 'tell')])).toEqual({
      stage: 'settled',
      outcome: 'FAILED',
      reasons: ['action warm: no'],
    });
  });

  it('recovers until the last of its jobs is over, one way or the other', () => {
    const definition = aWave('w', { servers: someServers(101), success: { atLeast: 1 } });
    const ids = someServers(101).map(({ sourceServerId }) => sourceServerId);
    const one = [claimed(1, 1, ids.slice(0, 100)), jobStarted(1, ids.slice(0, 100))];
    const done = jobCompleted(ids.slice(0, 100).map((_, index) => result(index + 1, 'LAUNCHED')));
    expect(stage(definition, [...one, done])).toEqual({ stage: 'recover' });
    const two = claimed(2, 1, ids.slice(100));
    const gone: WaveFact = {
      type: 'DRSJobRefused',
      data: { ...inWave, job: 2, tryNumber: 1, cause: 'invalid', message: 'no', final: true },
    };
    expect(stage(definition, [...one, done, two, gone])).toMatchObject({ outcome: 'PARTIAL' });
    expect(stage(definition, [...one, two, gone])).toEqual({ stage: 'recover' });
  });
});

describe('the next step of a launch', () => {
  const definition = aWave('w', { servers: someServers(101) });
  const ids = someServers(101).map(({ sourceServerId }) => sourceServerId);
  const first = [claimed(1, 1, ids.slice(0, 100)), jobStarted(1, ids.slice(0, 100))];

  it('is the claim of the next open job, under the next try number', () => {
    expect(nextLaunch(given(definition, first))).toEqual({
      step: 'claim',
      job: 2,
      tryNumber: 1,
      servers: [serverId(101)],
    });
    expect(nextLaunch(given(aWave('w'), [claimed(), refused(false)]))).toEqual({
      step: 'claim',
      job: 1,
      tryNumber: 2,
      servers: [serverId(1)],
    });
  });

  it('is nothing once a wave is stopped, even while another of its jobs runs', () => {
    expect(stageOf(given(definition, [...first, stopped]))).toEqual({ stage: 'recover' });
    expect(nextLaunch(given(definition, [...first, stopped]))).toEqual({ step: 'none' });
  });

  it('is nothing before the before-actions are done, and after the wave has settled', () => {
    expect(nextLaunch(given(aWave('w', { before: [anAutomation('a')] }), []))).toEqual({ step: 'none' });
    expect(nextLaunch(given(aWave('w'), whole('LAUNCHED')))).toEqual({ step: 'none' });
    expect(nextLaunch(given(aWave('w'), [claimed(), refused(true)]))).toEqual({ step: 'none' });
  });
});

describe('a stopped wave', () => {
  const definition = aWave('w', { after: [anAutomation('warm')], onCancelActions: [anAutomation('undo')] });
  const stage = (facts: readonly WaveFact[]) => stageOf(given(definition, facts));

  it('waits for what runs, then undoes, then has come to rest with the reason of its stop', () => {
    expect(stage([claimed(), stopped])).toEqual({ stage: 'recover' });
    const running = [...whole('LAUNCHED'), actionStarted('after', 'warm'), stopped];
    expect(stage(running)).toEqual({ stage: 'stopping' });
    const rested = [...running, actionFailed('after', 'warm')];
    expect(stage(rested)).toEqual({ stage: 'onCancel', due: definition.onCancelActions });
    const undoing = [...rested, actionStarted('onCancel', 'undo')];
    expect(stage(undoing)).toEqual({ stage: 'onCancel', due: definition.onCancelActions });
    expect(stage([...undoing, actionDone('onCancel', 'undo')])).toEqual({
      stage: 'settled',
      outcome: 'STOPPED',
      reasons: ['the execution was cancelled'],
    });
  });
});
