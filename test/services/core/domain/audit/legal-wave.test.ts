import { describe, expect, it } from 'vitest';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { illegalInWave } from '../../../../../services/core/domain/audit/legal-wave.ts';
import { waveOf } from '../../../../../services/core/domain/wave/wave.ts';
import { initialWave } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { anAutomation, aWave, jobId, serverId, someServers } from '../../../../support/frozen-wave.ts';

const inWave = { waveId: 'w', attempt: 1 };
const inJob = { ...inWave, job: 1, tryNumber: 1 };
const target = { account: '111122223333', region: 'eu-west-1' };
const servers = [serverId(1), serverId(2)];
const approval: FrozenWave['before'][number] = {
  ...{ kind: 'approval', actionId: 'go', when: 'BOTH', optional: false, prompt: '' },
  ...{ approvers: ['ops'], timeoutMinutes: 30, onTimeout: 'decline' },
};
const plain = aWave('w', { servers: someServers(2) });
const acting = aWave('w', {
  before: [approval, anAutomation('check', { triesMax: 2 })],
  after: [anAutomation('warm')],
});

const why = (before: readonly WaveFact[], fact: WaveFact, definition: FrozenWave = plain) => {
  const state = before.reduce((folded, each) => evolveWave(folded, each, 0), initialWave);
  return illegalInWave(deepFreeze(waveOf('exec-1', 'DRILL', definition, 1, state)), fact);
};

const awaited: WaveFact = { type: 'CapacityAwaited', data: { ...inWave, job: 1, ...target, ahead: 0 } };
const claimed = (changes: object = {}): WaveFact => ({
  type: 'DRSJobClaimed',
  data: { ...inJob, servers, ...changes },
});
const started = (changes: object = {}): WaveFact => ({
  type: 'DRSJobStarted',
  data: { ...inJob, jobId: jobId(1), ...target, servers, adopted: false, ...changes },
});
const refused = (changes: object = {}): WaveFact => ({
  type: 'DRSJobRefused',
  data: { ...inJob, cause: 'conflict', message: 'no', final: false, ...changes },
});
const progressed: WaveFact = {
  type: 'DRSJobProgressed',
  data: { ...inWave, jobId: jobId(1), phases: { [serverId(1)]: 'LAUNCH' } },
};
const stuck: WaveFact = {
  type: 'DRSJobStuck',
  data: { ...inWave, jobId: jobId(1), phase: 'LAUNCH', sinceMinutes: 9 },
};
const completed = (ids: readonly string[] = servers): WaveFact => ({
  type: 'DRSJobCompleted',
  data: {
    ...{ ...inWave, job: 1, jobId: jobId(1) },
    servers: ids.map((id) => ({ sourceServerId: id, name: id, launchResult: 'LAUNCHED', phases: {} })),
    ...{ createdAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:00Z' },
  },
});
const stopped: WaveFact = { type: 'WaveStopped', data: { ...inWave, reason: 'cancelled' } };
const notRunning = `${jobId(1)} was not running in this wave`;
const notClaimed = 'job 1 was not claimed in try 1';

describe('what a wave never says of its jobs', () => {
  it.each<[string, readonly WaveFact[], WaveFact, string | undefined]>([
    ['waits for capacity', [], awaited, undefined],
    ['waits twice', [awaited], awaited, 'the wave was waiting for capacity already'],
    ['claims what is due', [], claimed(), undefined],
    ['claims twice', [claimed()], claimed(), 'claim 1 of job 1 was not due'],
    ['claims another job', [], claimed({ job: 2 }), 'claim 1 of job 2 was not due'],
    ['claims under a later try', [], claimed({ tryNumber: 2 }), 'claim 2 of job 1 was not due'],
    ['claims again after a refusal', [claimed(), refused()], claimed({ tryNumber: 2 }), undefined],
    [
      'claims fewer servers',
      [],
      claimed({ servers: servers.slice(1) }),
      'it names other servers than the plan',
    ],
    [
      'claims more servers',
      [],
      claimed({ servers: [...servers, serverId(3)] }),
      'it names other servers than the plan',
    ],
    [
      'claims other servers',
      [],
      claimed({ servers: [serverId(1), serverId(3)] }),
      'it names other servers than the plan',
    ],
    ['claims in a stopped wave', [stopped], claimed(), 'claim 1 of job 1 was not due'],
    ['starts what was claimed', [claimed()], started(), undefined],
    ['starts without a claim', [], started(), notClaimed],
    ['starts twice', [claimed(), started()], started(), notClaimed],
    ['starts in another try', [claimed()], started({ tryNumber: 2 }), 'job 1 was not claimed in try 2'],
    ['starts another job', [claimed()], started({ job: 2 }), 'job 2 was not claimed in try 1'],
    [
      'starts with other servers',
      [claimed()],
      started({ servers: [serverId(1)] }),
      'it has other servers than its claim',
    ],
    [
      'starts in another account',
      [claimed()],
      started({ account: '9' }),
      "the plan's target is 111122223333/eu-west-1",
    ],
    [
      'starts in another Region',
      [claimed()],
      started({ region: 'x' }),
      "the plan's target is 111122223333/eu-west-1",
    ],
    [
      'starts a job that it had',
      [claimed(), started(), refused(), claimed({ tryNumber: 2 })],
      started({ tryNumber: 2 }),
      `the wave had ${jobId(1)} before`,
    ],
    ['refuses what was claimed', [claimed()], refused(), undefined],
    ['refuses what was refused', [claimed(), refused()], refused(), notClaimed],
    ['progresses', [claimed(), started()], progressed, undefined],
    ['progresses before the start', [claimed()], progressed, notRunning],
    ['progresses after the end', [claimed(), started(), completed()], progressed, notRunning],
    ['progresses with another job', [claimed(), started({ jobId: jobId(2) })], progressed, notRunning],
    ['is stuck', [claimed(), started()], stuck, undefined],
    ['is stuck without a job', [], stuck, notRunning],
    ['completes', [claimed(), started()], completed(), undefined],
    ['completes twice', [claimed(), started(), completed()], completed(), notRunning],
    ['completes without a job', [], completed(), notRunning],
    [
      'completes with a foreign server',
      [claimed(), started()],
      completed([serverId(1), serverId(9)]),
      `it had no server ${serverId(9)}`,
    ],
    ['stops', [], stopped, undefined],
    ['stops twice', [stopped], stopped, 'the wave was stopped already'],
    [
      'asks',
      [],
      { type: 'OperatorNeeded', data: { about: 'launch-refused', why: '', choices: [] } },
      undefined,
    ],
    [
      'warns',
      [],
      { type: 'TimeoutNear', data: { about: 'wave', endsBy: '2026-01-01T00:00:00Z', consequence: '' } },
      undefined,
    ],
  ])('%s', (_name, before, fact, expected) => {
    expect(why(before, fact)).toBe(expected);
  });
});

type ActionData = Extract<WaveFact, { type: 'ActionStarted' }>['data'];
const inAction = { ...inWave, stage: 'before', actionId: 'go', tryNumber: 1 } as const;
const begun = (changes: Partial<ActionData> = {}): WaveFact => ({
  type: 'ActionStarted',
  data: { ...inAction, kind: 'approval', endsBy: '2026-01-01T00:00:00Z', ...changes },
});
const done = (changes: object = {}): WaveFact => ({
  type: 'ActionCompleted',
  data: { ...inAction, ...changes },
});
const failed = (changes: object = {}): WaveFact => ({
  type: 'ActionFailed',
  data: { ...inAction, cause: 'failed', message: 'no', final: true, ...changes },
});
const answer = (decisionId: string): WaveFact => ({
  type: 'DecisionRefused',
  data: { decisionId, decision: 'approve', by: 'ops', reason: 'no' },
});
const check = { actionId: 'check', kind: 'automation' } as const;
const approved = [begun(), done()];
const checking = [...approved, begun(check)];

describe('what a wave never says of its actions', () => {
  it.each<[string, readonly WaveFact[], WaveFact, string | undefined]>([
    ['starts what is due', [], begun(), undefined],
    ['starts it twice', [begun()], begun(), 'action go was running already'],
    ['starts it under another try', [], begun({ tryNumber: 2 }), 'try 1 of action go was due'],
    ['starts what is not due yet', [], begun(check), 'action check was not due'],
    ['starts what is over', approved, begun(), 'action go was not due'],
    ['starts it in another stage', [], begun({ stage: 'after' }), 'action go was not due'],
    [
      'starts while the servers are recovered',
      [...checking, done(check)],
      begun({ stage: 'after', actionId: 'warm' }),
      'action warm was not due',
    ],
    [
      'tries again',
      [...checking, failed({ ...check, final: false })],
      begun({ ...check, tryNumber: 2 }),
      undefined,
    ],
    [
      'tries again under the same number',
      [...checking, failed({ ...check, final: false })],
      begun(check),
      'try 2 of action check was due',
    ],
    ['ends what runs', [begun()], done(), undefined],
    ['ends by an approver', [begun()], done({ by: 'ops' }), undefined],
    ['ends by somebody else', [begun()], done({ by: 'guest' }), 'guest is none of its approvers'],
    ['is declined by somebody else', [begun()], failed({ by: 'guest' }), 'guest is none of its approvers'],
    ['ends an automation by anybody', checking, done({ ...check, by: 'guest' }), undefined],
    ['ends before it started', [], done(), 'try 1 of action go was not running'],
    ['ends twice', approved, done(), 'try 1 of action go was not running'],
    ['ends in another try', [begun()], done({ tryNumber: 2 }), 'try 2 of action go was not running'],
    ['fails', [begun()], failed(), undefined],
    ['fails before it started', [], failed(), 'try 1 of action go was not running'],
    ['is refused in place of its start', approved, failed({ ...check, cause: 'refused' }), undefined],
    [
      'is refused when it was not due',
      [],
      failed({ ...check, cause: 'refused' }),
      'action check was not due',
    ],
    [
      'completes in place of its start',
      approved,
      done({ ...check, cause: 'refused' }),
      'try 1 of action check was not running',
    ],
    ['refuses an answer', [], answer('one'), undefined],
    ['refuses an answer twice', [answer('one')], answer('one'), 'answer one was acted on before'],
    ['refuses another answer', [answer('one')], answer('two'), undefined],
  ])('%s', (_name, before, fact, expected) => {
    expect(why(before, fact, acting)).toBe(expected);
  });

  const claim = (changes: object = {}): WaveFact => ({
    type: 'ActionClaimed',
    data: { ...inAction, actionId: 'check', ...changes },
  });
  const asking = [...approved, claim()];
  const moved = { point: { what: 'routing-control', arn: 'arn' }, before: 'Off', after: 'On' };
  const fails = (cause: string, changes: object = {}): WaveFact => failed({ ...check, cause, ...changes });
  const second = { ...check, tryNumber: 2 };
  const notRun = 'try 1 of action check was not running';
  it.each<[string, readonly WaveFact[], WaveFact, string | undefined]>([
    ['claims what is due', approved, claim(), undefined],
    ['claims what is not due yet', [], claim(), 'action check was not due'],
    ['claims twice', asking, claim(), 'action check was claimed already'],
    ['claims what runs', checking, claim(), 'action check was running already'],
    ['claims under another try', approved, claim({ tryNumber: 2 }), 'try 1 of action check was due'],
    ['starts what it claimed', asking, begun(check), undefined],
    [
      'says of traffic what it has claimed',
      [...approved, claim({ moves: [moved] }), begun(check)],
      done({ ...check, moves: [moved] }),
      undefined,
    ],
    [
      'says of traffic what it has not claimed',
      [...approved, claim({ moves: [moved] }), begun(check)],
      done({ ...check, moves: [{ ...moved, before: 'On' }] }),
      'action check says of traffic what it has not claimed',
    ],
    ['starts what it claimed after a stop', [...asking, stopped], begun(check), undefined],
    ['starts another try than it claimed', asking, begun(second), 'try 2 of action check was not claimed'],
    ['is refused what it claimed', asking, fails('refused'), undefined],
    ['stops what it claimed', asking, fails('stopped'), undefined],
    ['gives up what it claimed', asking, fails('failed'), undefined],
    ['gives up what it claimed after a stop', [...asking, stopped], fails('failed'), undefined],
    [
      'gives up another try than it claimed',
      asking,
      fails('failed', { tryNumber: 2 }),
      'try 2 of action check was not claimed',
    ],
    ['tries again what it cannot know', asking, fails('failed', { final: false }), notRun],
    [
      'tries again what was refused',
      asking,
      fails('refused', { final: false }),
      'action check was claimed already',
    ],
    ['is timed out in what it only claimed', asking, fails('timed-out'), notRun],
    ['completes what it only claimed', asking, done({ ...check, cause: 'failed', final: true }), notRun],
    ['ends what is in no plan', [begun({ actionId: 'ghost' })], done({ actionId: 'ghost' }), undefined],
  ])('%s', (_name, before, fact, expected) => {
    expect(why(before, fact, acting)).toBe(expected);
  });

  it('may be answered by anybody where there are no approvers', () => {
    const open = aWave('w', { before: [{ ...approval, approvers: [] }] });
    expect(why([begun()], done({ by: 'guest' }), open)).toBeUndefined();
  });
});
