import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../../contracts/execution-events.ts';
import { illegalInExecution } from '../../../../../services/core/domain/audit/legal-execution.ts';
import { concluding } from '../../../../../services/core/domain/execution-end.ts';
import { evolveExecution, initialExecution } from '../../../../../services/core/domain/execution-state.ts';
import { graphOf } from '../../../../../services/core/domain/graph.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave, serverId } from '../../../../support/frozen-wave.ts';

const stateAfter = (facts: readonly ExecutionFact[]) =>
  deepFreeze(facts.reduce((state, fact) => evolveExecution(state, fact, 0), initialExecution));
const why = (before: readonly ExecutionFact[], fact: ExecutionFact) =>
  illegalInExecution(stateAfter(before), fact, 0);

const accepted: ExecutionFact = {
  type: 'ExecutionAccepted',
  data: { requestId: 'r', planId: 'p', mode: 'DRILL', requestedBy: 'ops' },
};
const started: ExecutionFact = {
  type: 'ExecutionStarted',
  data: {
    ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash: 'f', mode: 'DRILL' },
    ...{ requestedBy: 'ops', reason: '', waveCount: 2, serverCount: 2, overrides: [] },
  },
};
const rejected: ExecutionFact = {
  type: 'ExecutionRejected',
  data: { requestId: 'r', planId: 'p', faults: [] },
};
const waiting: ExecutionFact = {
  type: 'ApprovalAwaited',
  data: {
    ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', requestedBy: 'ops' },
    expiresAt: '2026-01-01T00:00:00Z',
  },
};
const approved = (changes: object = {}): ExecutionFact => ({
  type: 'ExecutionApproved',
  data: { decisionId: 'approve', by: 'boss', reason: '', planHash: 'h', ...changes },
});
const startedWith = (changes: object): ExecutionFact => ({
  ...started,
  data: { ...started.data, ...changes },
});
const said = (decisionId: string) => ({ decisionId, by: 'ops', reason: '' });
const paused: ExecutionFact = { type: 'ExecutionPaused', data: said('pause') };
const resumed: ExecutionFact = { type: 'ExecutionResumed', data: said('resume') };
const cancelling: ExecutionFact = { type: 'ExecutionCancelling', data: said('cancel') };
const refused = (decisionId: string): ExecutionFact => ({
  type: 'DecisionRefused',
  data: { ...said(decisionId), decision: 'pause' },
});
const asked: ExecutionFact = {
  type: 'OperatorNeeded',
  data: { about: 'execution-timed-out', why: '', choices: [] },
};
const warned: ExecutionFact = {
  type: 'TimeoutNear',
  data: { about: 'execution', endsBy: '2026-01-01T00:00:00Z', consequence: '' },
};

const waveStart = (waveId: string, changes: object = {}, dependsOn: string[] = []): ExecutionFact => ({
  type: 'WaveStarted',
  data: { waveId, attempt: 1, mode: 'DRILL', definition: aWave(waveId, { dependsOn }), ...changes },
});
const results = (launched: number, failed: number) =>
  Array.from({ length: launched + failed }, (_, index) => ({
    ...{ sourceServerId: serverId(index), name: 'x', phases: {} },
    launchResult: index < launched ? ('LAUNCHED' as const) : ('FAILED' as const),
  }));
const times = { startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:00Z' };
const completed = (waveId: string, changes: object = {}): ExecutionFact => ({
  type: 'WaveCompleted',
  data: {
    ...{ waveId, attempt: 1, policy: 'all', servers: results(1, 0), ...times, outcome: 'COMPLETED' },
    ...changes,
  },
});
const failed = (waveId: string, onFailure: 'stop' | 'continue' | 'ask', attempt = 1): ExecutionFact => ({
  type: 'WaveFailed',
  data: { waveId, attempt, policy: 'all', servers: results(0, 1), ...times, onFailure, reasons: [] },
});
const skipped = (waveId: string, satisfiesDependants = false): ExecutionFact => ({
  type: 'WaveSkipped',
  data: { waveId, reason: '', satisfiesDependants },
});

const running = [accepted, started];
const one = [...running, waveStart('a')];
const held = [...one, failed('a', 'ask')];
const retry = { attempt: 2, decidedBy: said('retry') };
const both = [...one, completed('a'), waveStart('b'), completed('b')];
const [end] = concluding({ ...graphOf([], 0), waveIds: ['a', 'b'] }, stateAfter(both), 0, 'all');
const over = [...both, end!];
const again = 'only an operator starts a wave again, one attempt after the held one';

describe('what an execution never says', () => {
  it.each<[string, readonly ExecutionFact[], ExecutionFact, string | undefined]>([
    ['accepts', [], accepted, undefined],
    ['accepts twice', [accepted], accepted, 'the execution is REQUESTED'],
    ['starts', [accepted], started, undefined],
    ['starts without a request', [], started, 'the execution is NONE'],
    ['starts twice', running, started, 'the execution is RUNNING'],
    ['rejects at once', [], rejected, undefined],
    ['rejects what it accepted', [accepted], rejected, undefined],
    ['rejects what runs', running, rejected, 'the execution is RUNNING'],
    ['goes on after a rejection', [rejected], accepted, 'the execution had ended: REJECTED'],
    ['pauses', running, paused, undefined],
    ['pauses before the start', [accepted], paused, 'the execution is REQUESTED'],
    ['resumes', [...running, paused], resumed, undefined],
    ['resumes what runs', running, resumed, 'the execution is RUNNING'],
    ['cancels what runs', running, cancelling, undefined],
    ['cancels what is paused', [...running, paused], cancelling, undefined],
    ['cancels before the start', [accepted], cancelling, 'the execution is REQUESTED'],
    ['acts on a decision twice', [...running, paused, resumed], paused, 'decision pause was acted on before'],
    ['refuses a decision', running, refused('late'), undefined],
    [
      'refuses one that it acted on',
      [...running, paused],
      refused('pause'),
      'decision pause was acted on before',
    ],
    ['refuses after the end', over, refused('late'), undefined],
    ['refuses before the beginning', [], refused('early'), 'the execution had not begun'],
    ['asks before the beginning', [], asked, 'the execution had not begun'],
    ['asks', running, asked, undefined],
    ['warns', running, warned, undefined],
    ['warns before the beginning', [], warned, 'the execution had not begun'],
    ['warns after the end', over, warned, 'the execution had ended: COMPLETED'],
  ])('%s', (_name, before, fact, expected) => {
    expect(why(before, fact)).toBe(expected);
  });
});

describe('what an execution never says of its approval', () => {
  const awaiting = [accepted, waiting];
  const mayStart = [...awaiting, approved()];
  const once = (status: string) => `the execution is ${status}, and an approval is awaited once`;
  it.each<[string, readonly ExecutionFact[], ExecutionFact, string | undefined]>([
    ['waits for it', [accepted], waiting, undefined],
    ['waits without a request', [], waiting, once('NONE')],
    ['waits twice', awaiting, waiting, once('AWAITING_APPROVAL')],
    ['waits after it', mayStart, waiting, once('REQUESTED')],
    ['is approved', awaiting, approved(), undefined],
    ['is approved without waiting', [accepted], approved(), 'the execution is REQUESTED'],
    [
      'is approved by whoever asked for it',
      awaiting,
      approved({ by: 'ops' }),
      'ops approved what ops had asked for',
    ],
    [
      'is approved under another plan',
      awaiting,
      approved({ planHash: 'other' }),
      'it approves another plan than the one that waits',
    ],
    ['starts after it', mayStart, startedWith({ approvedBy: 'boss' }), undefined],
    ['starts while it waits', awaiting, started, 'the execution is AWAITING_APPROVAL'],
    ['starts without its name', mayStart, started, 'somebody else had approved it, or nobody'],
    [
      'starts under an approval that nobody gave',
      [accepted],
      startedWith({ approvedBy: 'boss' }),
      'somebody else had approved it, or nobody',
    ],
    [
      'starts under the name of another approver',
      mayStart,
      startedWith({ approvedBy: 'guest' }),
      'somebody else had approved it, or nobody',
    ],
    [
      'starts another plan than was approved',
      mayStart,
      startedWith({ approvedBy: 'boss', planHash: 'other' }),
      'another plan had been approved',
    ],
  ])('%s', (_name, before, fact, expected) => {
    expect(why(before, fact)).toBe(expected);
  });
});

describe('what an execution never says of its waves', () => {
  it.each<[string, readonly ExecutionFact[], ExecutionFact, string | undefined]>([
    ['starts one', running, waveStart('a'), undefined],
    ['starts one that is decided by nobody', running, waveStart('a', { decidedBy: undefined }), undefined],
    ['starts one before the start', [accepted], waveStart('a'), 'the execution is REQUESTED'],
    ['starts one while it is paused', [...running, paused], waveStart('a'), 'the execution is PAUSED'],
    ['starts one in another mode', running, waveStart('a', { mode: 'RECOVERY' }), 'the execution is a DRILL'],
    ['starts one twice', one, waveStart('a'), 'wave a had started, or ended, before'],
    [
      'starts one after a failure',
      [...one, failed('a', 'stop')],
      waveStart('b'),
      'a failure under the policy stop came before',
    ],
    [
      'starts one after a failure that does not stop',
      [...one, failed('a', 'continue')],
      waveStart('b'),
      undefined,
    ],
    ['starts one after its dependency', [...one, completed('a')], waveStart('b', {}, ['a']), undefined],
    [
      'starts one after a skipped dependency',
      [...running, skipped('a', true)],
      waveStart('b', {}, ['a']),
      undefined,
    ],
    [
      'starts one before its dependencies',
      one,
      waveStart('b', {}, ['a', 'c']),
      'its dependencies a, c were not done',
    ],
    [
      'starts one before one of them',
      [...one, completed('a')],
      waveStart('b', {}, ['a', 'c']),
      'its dependencies c were not done',
    ],
    ['starts one again for an operator', held, waveStart('a', retry), undefined],
    ['starts one again for nobody', held, waveStart('a', { attempt: 2 }), again],
    ['starts one two attempts later', held, waveStart('a', { ...retry, attempt: 3 }), again],
    ['starts one again while it runs', one, waveStart('a', retry), again],
    ['starts one again that never ran', running, waveStart('a', retry), again],
    [
      'starts one again under a decision that was used',
      [...held, waveStart('a', retry), failed('a', 'ask', 2)],
      waveStart('a', { ...retry, attempt: 3 }),
      'decision retry was acted on before',
    ],
    ['completes one', one, completed('a'), undefined],
    ['completes another', one, completed('b'), 'attempt 1 of wave b was not running'],
    ['completes another attempt', one, completed('a', { attempt: 2 }), 'attempt 2 of wave a was not running'],
    ['completes one twice', [...one, completed('a')], completed('a'), 'attempt 1 of wave a was not running'],
    [
      'completes one below its policy',
      one,
      completed('a', { servers: results(1, 1) }),
      'its servers do not meet its success policy',
    ],
    [
      'completes one at its policy',
      one,
      completed('a', { servers: results(1, 1), policy: { atLeast: 1 } }),
      undefined,
    ],
    [
      'completes one whose critical servers it cannot know',
      one,
      completed('a', { servers: results(0, 1), policy: 'critical' }),
      undefined,
    ],
    ['fails one', one, failed('a', 'stop'), undefined],
    ['fails one that does not run', running, failed('a', 'stop'), 'attempt 1 of wave a was not running'],
    ['skips one that waits', running, skipped('a'), undefined],
    ['skips one that is held', held, skipped('a'), undefined],
    ['skips one that runs', one, skipped('a'), 'wave a was STARTED, neither waiting nor held'],
    [
      'skips one twice',
      [...running, skipped('a')],
      skipped('a'),
      'wave a was SKIPPED, neither waiting nor held',
    ],
  ])('%s', (_name, before, fact, expected) => {
    expect(why(before, fact)).toBe(expected);
  });

  const last = 'plan-on-failure';
  it.each<[string, readonly ExecutionFact[], string | undefined]>([
    ['after all', [...one, completed('a'), skipped('b')], undefined],
    ['while one runs', [...one, skipped('b')], 'not every wave had ended'],
    ['before all had their turn', [...one, completed('a')], 'not every wave had ended'],
    ['twice', [...both, waveStart(last), completed(last)], 'not every wave had ended'],
    ['while the other ones run', [...both, waveStart('plan-on-cancel')], 'not every wave had ended'],
  ])('starts the last actions %s', (_name, before, expected) => {
    expect(why(before, waveStart(last))).toBe(expected);
  });
});

describe('the end of an execution', () => {
  const ending = (changes: object): ExecutionFact =>
    ({
      ...end!,
      data: { ...(end!.data as object), ...changes },
    }) as ExecutionFact;
  const other = 'the waves lead to ExecutionCompleted with other totals or outcome';

  it('is what its waves lead to, with its totals', () => {
    expect(why(both, end!)).toBeUndefined();
    expect(why(both, ending({ outcome: 'PARTIAL' }))).toBe(other);
    expect(why(both, ending({ durationMs: 1 }))).toBe(other);
    expect(why(both, { type: 'ExecutionFailed', data: end!.data } as ExecutionFact)).toBe(other);
    expect(why(both, { type: 'ExecutionCancelled', data: end!.data } as ExecutionFact)).toBe(other);
  });

  it('does not come before every wave has ended, or twice', () => {
    expect(why(one, end!)).toBe('not every wave had ended');
    expect(why([...one, completed('a')], end!)).toBe('not every wave had ended');
    expect(why(over, end!)).toBe('the execution had ended: COMPLETED');
  });
});
