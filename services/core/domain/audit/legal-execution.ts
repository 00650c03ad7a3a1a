import { approvalHash } from '../chosen-point.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { canonicalJson } from '../../kernel/canonical.ts';
import { isSamePerson } from '../approval.ts';
import { openedFact } from '../calendar-hold.ts';
import { isBeforeCleanUp, isClosing, isUndo } from '../closing.ts';
import { decideOnDecision, canBeSkipped, type DecisionName } from '../decision.ts';
import { whyNotStarted } from '../execution.ts';
import { concluding } from '../execution-end.ts';
import { isBeforeStart, isTerminal, type ExecutionState } from '../execution-state.ts';
import { decideOnNote } from '../notes.ts';
import { countsOf } from '../success-policy.ts';
import { graphOf } from '../graph.ts';
import { illegalRise } from '../stop-alarms.ts';
import { meetsPolicy } from '../success-policy.ts';

type Named<Name extends ExecutionFact['type']> = Extract<ExecutionFact, { type: Name }>;

/** A plan's graph is not known to the audit; what it takes of it, events say. */
const noGraph = graphOf([], 0);

const unless = (legal: boolean, why: string): string | undefined => (legal ? undefined : why);

const waveStart = (state: ExecutionState, { data }: Named<'WaveStarted'>): string | undefined => {
  const before = state.waves[data.waveId];
  if (isBeforeCleanUp(data.waveId)) return 'only the clean-up of a drill starts the actions before it';
  if (isUndo(data.waveId)) return 'only the clean-up of a drill takes back what was reversed';
  if (isClosing(data.waveId))
    return unless(
      before === undefined && state.active === 0 && state.concluded >= state.waveCount,
      'not every wave had ended',
    );
  if (state.status !== 'RUNNING') return `the execution is ${state.status}`;
  if (data.mode !== state.mode) return `the execution is a ${state.mode}`;
  if (data.attempt > 1)
    return unless(
      before?.status === 'HELD' && data.attempt === before.attempt + 1 && data.decidedBy !== undefined,
      'only an operator starts a wave again, one attempt after the held one',
    );
  return whyNotStarted(state, data.definition);
};

const notRunning = (
  state: ExecutionState,
  { waveId, attempt }: { readonly waveId: string; readonly attempt: number },
): string | undefined => {
  const before = state.waves[waveId];
  return unless(
    before?.status === 'STARTED' && before.attempt === attempt,
    `attempt ${attempt} of wave ${waveId} was not running`,
  );
};

const unlessHadJobs = (
  { waves }: ExecutionState,
  { waveId, attempt }: { readonly waveId: string; readonly attempt: number },
): string | undefined =>
  unless(
    waves[waveId]?.hadRunningJobs === true && waves[waveId].attempt === attempt,
    `no job of attempt ${attempt} of wave ${waveId} ran when it was complete`,
  );

const waveEnd = (
  state: ExecutionState,
  { type, data }: Named<'WaveCompleted'> | Named<'WaveFailed'>,
): string | undefined => {
  const before = state.waves[data.waveId];
  const isTakenBack = type === 'WaveFailed' && data.onFailure === 'ask' && before?.satisfied === true;
  const stopped = isTakenBack ? unlessHadJobs(state, data) : notRunning(state, data);
  if (stopped !== undefined) return stopped;
  if (type === 'WaveFailed' || data.policy === 'critical') return undefined;
  const { launched, failed } = data.counts ?? countsOf(data.servers);
  const outcomes = Array.from({ length: launched + failed }, (_, index) => ({
    critical: true,
    launched: index < launched,
  }));
  return unless(meetsPolicy(data.policy, outcomes), 'its servers do not meet its success policy');
};

/** Only what was complete before its jobs had ended is counted once more. */
const resultsChange = (state: ExecutionState, { data }: Named<'WaveResultsChanged'>): string | undefined => {
  const { waveId, outcome, counts } = data;
  const before = state.waves[waveId];
  return (
    unlessHadJobs(state, data) ??
    unless(
      outcome === (counts.failed === 0 ? 'COMPLETED' : 'PARTIAL') &&
        counts.launched + counts.failed === (before?.launched ?? 0) + (before?.failed ?? 0),
      'its servers lead to another outcome',
    )
  );
};

/** The end and its totals are exactly what the state machine says in this state. */
const executionEnd = (state: ExecutionState, fact: ExecutionFact, at: number): string | undefined => {
  const waveIds = Array.from({ length: state.waveCount }, (_, index) => String(index));
  const [said] = concluding({ ...noGraph, waveIds }, state, at, 'all');
  if (said === undefined) return 'not every wave had ended';
  return unless(
    canonicalJson(said) === canonicalJson({ type: fact.type, data: fact.data }),
    `the waves lead to ${said.type} with other totals or outcome`,
  );
};

const skip = (state: ExecutionState, { data: { waveId } }: Named<'WaveSkipped'>): string | undefined =>
  unless(
    canBeSkipped(state, waveId),
    `wave ${waveId} was ${state.waves[waveId]?.status}, neither waiting nor held`,
  );

/** What an operator wanted, if the state machine would have said the same to it. */
const decided = (
  state: ExecutionState,
  { type, data }: Named<'ExecutionPaused' | 'ExecutionResumed' | 'ExecutionCancelling'>,
  decision: DecisionName,
): string | undefined => {
  const [said] = decideOnDecision(noGraph, state, { ...data, decision });
  return unless(said?.type === type, `the execution is ${state.status}`);
};

/** Only the calendars of a drill pause it by themselves. */
const calendarPause = (
  state: ExecutionState,
  { data: { calendars = [] } }: Named<'ExecutionPaused'>,
): string | undefined => {
  const foreign = calendars.filter((name) => state.calendars?.includes(name) !== true);
  if (foreign.length > 0) return `it has no calendar ${foreign.join(', ')}`;
  return unless(calendars.length === 0 || state.mode === 'DRILL', 'no calendar pauses a real recovery');
};

const approval = (state: ExecutionState, { data }: Named<'ExecutionApproved'>): string | undefined => {
  if (state.status !== 'AWAITING_APPROVAL') return `the execution is ${state.status}`;
  if (isSamePerson(data.by, state.requestedBy)) return `${data.by} approved what ${data.by} had asked for`;
  return unless(data.planHash === state.planHash, 'it approves another plan than the one that waits');
};

const start = (state: ExecutionState, { data }: Named<'ExecutionStarted'>): string | undefined => {
  if (state.status !== 'REQUESTED') return `the execution is ${state.status}`;
  if (data.approvedBy !== state.approval?.approvedBy) return 'somebody else had approved it, or nobody';
  return unless(
    state.approval === undefined || approvalHash(data.planHash, data.pointInTime) === state.planHash,
    'another plan had been approved',
  );
};

const note = (state: ExecutionState, { data: { to, ...said } }: Named<'NoteAdded'>): string | undefined =>
  unless(
    decideOnNote(state, { ...said, ...(to !== undefined && { to }) })[0]?.type === 'NoteAdded',
    'the execution had not begun, or had as many notes as it takes',
  );

/** People may ask and note at any time. */
const saidAfterTheEnd: ReadonlySet<ExecutionFact['type']> = new Set(['DecisionRefused', 'NoteAdded']);

/** Why an execution in this state never says this; undefined for what it may say. */
export const illegalInExecution = (
  state: ExecutionState,
  fact: ExecutionFact,
  at: number,
): string | undefined => {
  const { status } = state;
  if (isTerminal(status) && !saidAfterTheEnd.has(fact.type)) return `the execution had ended: ${status}`;
  const decisionId = decisionOf(fact);
  if (decisionId !== undefined && state.decisions.includes(decisionId))
    return `decision ${decisionId} was acted on before`;
  switch (fact.type) {
    case 'ExecutionAccepted':
      return unless(status === 'NONE', `the execution is ${status}`);
    case 'ApprovalAwaited':
      return unless(
        status === 'REQUESTED' && state.approval === undefined,
        `the execution is ${status}, and an approval is awaited once`,
      );
    case 'ExecutionApproved':
      return approval(state, fact);
    case 'ExecutionStarted':
      return start(state, fact);
    case 'ExecutionRejected':
      return unless(isBeforeStart(state), `the execution is ${status}`);
    case 'WaveStarted':
      return waveStart(state, fact);
    case 'WaveServersListed':
    case 'WaveResultsListed':
      return notRunning(state, fact.data);
    case 'WaveCompleted':
    case 'WaveFailed':
      return waveEnd(state, fact);
    case 'WaveResultsChanged':
      return resultsChange(state, fact);
    case 'WaveSkipped':
      return skip(state, fact);
    case 'ExecutionPaused':
      return decided(state, fact, 'pause') ?? calendarPause(state, fact);
    case 'CalendarsOpened':
      return unless(
        canonicalJson(openedFact(state, { isOpen: true })[0]?.data) === canonicalJson(fact.data),
        'no calendar of these had paused it, or it was said before',
      );
    case 'ExecutionResumed':
      return decided(state, fact, 'resume');
    case 'ExecutionCancelling':
      return decided(state, fact, 'cancel');
    case 'AlarmRaised':
      return illegalRise(state, fact.data);
    case 'NoteAdded':
      return note(state, fact);
    case 'DecisionRefused':
    case 'TimeoutNear':
    case 'OperatorNeeded':
      return unless(status !== 'NONE', 'the execution had not begun');
    case 'ExecutionCompleted':
    case 'ExecutionFailed':
    case 'ExecutionCancelled':
      return executionEnd(state, fact, at);
  }
};

const decisionOf = (fact: ExecutionFact): string | undefined => {
  if ('decisionId' in fact.data) return fact.data.decisionId;
  return 'decidedBy' in fact.data ? fact.data.decidedBy?.decisionId : undefined;
};
