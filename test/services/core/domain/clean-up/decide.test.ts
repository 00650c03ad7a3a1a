import { describe, expect, it } from 'vitest';
import type { CleanUpFact } from '../../../../../contracts/clean-up-events.ts';
import type { CleanUp } from '../../../../../contracts/plan.ts';
import {
  decideCleanUp,
  decideOnDrill,
  drillDecisionNames,
  type Drill,
  type DrillDecision,
} from '../../../../../services/core/domain/clean-up/decide.ts';
import {
  cleanUpStatuses,
  evolveCleanUp,
  initialCleanUp,
  type CleanUpState,
} from '../../../../../services/core/domain/clean-up/state.ts';
import { illegalInCleanUp } from '../../../../../services/core/domain/audit/legal-clean-up.ts';

const endedAt = Date.parse('2026-05-04T12:00:00Z');
const minute = 60_000;
const auto: CleanUp = { policy: 'auto', afterMinutes: 60 };
const ended: Drill = { status: 'COMPLETED', mode: 'DRILL', endedAt, cleanUp: auto };
const asked = { decisionId: 'd', by: 'ada', reason: 'because' };
const launched = new Set(['i-00000000000000001']);
const inStatus = (status: CleanUpState['status']): CleanUpState => ({
  ...initialCleanUp,
  status,
  ...(status === 'KEPT' && { keptBy: 'bob' }),
});

describe('what follows from the end of a drill', () => {
  it.each<[Drill['status'], CleanUp | undefined, string]>([
    ['COMPLETED', undefined, 'nothing'],
    ['COMPLETED', { ...auto, policy: 'never' }, 'nothing'],
    ['COMPLETED', auto, 'auto'],
    ['PARTIAL', auto, 'auto'],
    ['FAILED', auto, 'ask'],
    ['CANCELLED', auto, 'ask'],
    ['FAILED', { ...auto, afterFailure: 'auto' }, 'auto'],
    ['FAILED', { ...auto, afterFailure: 'never' }, 'nothing'],
    ['COMPLETED', { ...auto, policy: 'ask' }, 'ask'],
    ['RUNNING', auto, 'nothing'],
    ['REJECTED', auto, 'nothing'],
  ])('after %s under %j is %s', (status, cleanUp, policy) => {
    const drill: Drill = { status, mode: 'DRILL', endedAt, ...(cleanUp && { cleanUp }) };
    const said = decideCleanUp(drill, initialCleanUp, endedAt);
    const dueAt = '2026-05-04T13:00:00.000Z';
    expect(said).toEqual(
      policy === 'nothing' ? [] : [{ type: 'CleanUpAwaited', data: { policy, outcome: status, dueAt } }],
    );
  });

  it('is nothing after a real recovery', () => {
    expect(decideCleanUp({ ...ended, mode: 'RECOVERY' }, initialCleanUp, endedAt)).toEqual([]);
  });

  it('warns at four fifths, once, and begins when it is due', () => {
    const [awaited] = decideCleanUp(ended, initialCleanUp, endedAt);
    const waiting = evolveCleanUp(initialCleanUp, awaited!, endedAt);
    const at = (minutes: number, state = waiting) => decideCleanUp(ended, state, endedAt + minutes * minute);
    expect(at(47)).toEqual([]);
    expect(at(48)).toMatchObject([{ type: 'TimeoutNear', data: { about: 'clean-up' } }]);
    const warned = evolveCleanUp(waiting, at(48)[0]!, endedAt + 48 * minute);
    expect(at(59, warned)).toEqual([]);
    expect(at(60, warned)).toEqual([{ type: 'CleanUpStarted', data: { run: 1 } }]);
  });
});

describe('a decision on the instances of a drill', () => {
  const answer: Readonly<
    Record<DrillDecision['decision'], Readonly<Record<CleanUpState['status'], string>>>
  > = {
    'clean-up': {
      NONE: 'CleanUpStarted',
      AWAITED: 'CleanUpStarted',
      RUNNING: 'DecisionRefused',
      COMPLETED: 'CleanUpStarted',
      FAILED: 'CleanUpStarted',
      KEPT: 'DecisionRefused',
    },
    extend: {
      NONE: 'DecisionRefused',
      AWAITED: 'DrillExtended',
      RUNNING: 'DecisionRefused',
      COMPLETED: 'DecisionRefused',
      FAILED: 'DecisionRefused',
      KEPT: 'DecisionRefused',
    },
    keep: {
      NONE: 'DrillKept',
      AWAITED: 'DrillKept',
      RUNNING: 'DrillKept',
      COMPLETED: 'DecisionRefused',
      FAILED: 'DrillKept',
      KEPT: 'DecisionRefused',
    },
  };
  const cells = drillDecisionNames.flatMap((decision) =>
    cleanUpStatuses.map((status) => [decision, status, answer[decision][status]] as const),
  );

  it.each(cells)('%s in %s is answered with %s, and a repeat with nothing', (decision, status, type) => {
    const state = inStatus(status);
    const order: DrillDecision = { ...asked, decision, minutes: 30 };
    const said = decideOnDrill(ended, state, order, launched, endedAt);
    expect(said.map((fact) => fact.type)).toEqual([type]);
    const after = evolveCleanUp(state, said[0]!, endedAt);
    expect(decideOnDrill(ended, after, order, launched, endedAt)).toEqual([]);
    if (type === 'DecisionRefused') return;
    const record = { drill: ended, jobIds: new Set<string>(), actionsDone: new Set<string>() };
    expect(illegalInCleanUp(record, state, said[0]!, endedAt)).toBeUndefined();
    expect(illegalInCleanUp(record, after, said[0]!, endedAt)).toBeDefined();
  });

  it('ends what is kept only when it says so', () => {
    const order: DrillDecision = { ...asked, decision: 'clean-up', includeKept: true };
    const [said] = decideOnDrill(ended, inStatus('KEPT'), order, launched, endedAt);
    expect(said).toMatchObject({ type: 'CleanUpStarted', data: { includesKept: true } });
    expect(evolveCleanUp(inStatus('KEPT'), said!, endedAt).keptBy).toBeUndefined();
  });

  it.each<Drill>([
    { ...ended, mode: 'RECOVERY' },
    { ...ended, status: 'RUNNING' },
    { ...ended, status: 'REJECTED' },
  ])('is refused for %j', (drill) => {
    const [said] = decideOnDrill(
      drill,
      initialCleanUp,
      { ...asked, decision: 'clean-up' },
      launched,
      endedAt,
    );
    expect(said?.type).toBe('DecisionRefused');
  });
});

describe('the audit of a clean-up', () => {
  const instance = { instanceId: 'i-00000000000000001', sourceServerId: 's-1', jobId: 'drsjob-1' };
  const claim = {
    type: 'TerminationClaimed' as const,
    data: { run: 1, job: 1, account: 'a', region: 'r', instances: [instance] },
  };
  const running: CleanUpState = { ...inStatus('RUNNING'), run: 1 };
  const why = (state: CleanUpState, jobIds: readonly string[]) =>
    illegalInCleanUp(
      { drill: ended, jobIds: new Set(jobIds), actionsDone: new Set<string>() },
      state,
      claim,
      endedAt,
    );

  it('accepts a claim of what the drill has launched', () => {
    expect(why(running, ['drsjob-1'])).toBeUndefined();
  });

  it('names a claim of what another job has launched', () => {
    expect(why(running, ['drsjob-2'])).toBe(
      'i-00000000000000001 is of drsjob-1, which is no job of this drill',
    );
  });

  it('accepts a wait for the quota once in each place, until the next claim there', () => {
    const wait = {
      type: 'CleanUpQueued' as const,
      data: { run: 1, account: 'a', region: 'r', instances: 1, ahead: 0 },
    };
    const record = { drill: ended, jobIds: new Set<string>(), actionsDone: new Set<string>() };
    const legal = (state: CleanUpState, fact: CleanUpFact = wait) =>
      illegalInCleanUp(record, state, fact, endedAt);
    const waiting = evolveCleanUp(running, wait, endedAt);
    expect(legal(running)).toBeUndefined();
    expect(legal(waiting)).toBe('no call in a/r was due, or it was waiting already');
    expect(legal(waiting, { ...wait, data: { ...wait.data, region: 'q' } })).toBeUndefined();
    expect(legal(running, { ...wait, data: { ...wait.data, run: 2 } })).toBeDefined();
    expect(legal(inStatus('AWAITED'))).toBeDefined();
    const claimed = evolveCleanUp(waiting, claim, endedAt);
    expect(claimed.queuedIn).toBeUndefined();
    expect(legal(claimed)).toBeDefined();
    expect(legal({ ...claimed, jobs: [] })).toBeUndefined();
  });

  it.each<[string, CleanUpState]>([
    ['is kept', { ...running, kept: { 'i-00000000000000001': 'bob' } }],
    ['is kept as a whole', { ...running, keptBy: 'bob' }],
    ['is not being cleaned up', inStatus('AWAITED')],
    ['is claimed already', evolveCleanUp(running, claim, endedAt)],
  ])('names a claim of what %s', (_, state) => {
    expect(why(state, ['drsjob-1'])).toBeDefined();
  });
});
