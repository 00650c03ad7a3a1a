import type { Recorded } from '../../contracts/envelope.ts';
import {
  type DecidedBy,
  type ExecutionFact,
  executionEvents,
  type Fault,
} from '../../contracts/execution-events.ts';
import type { Plan } from '../../contracts/plan.ts';
import { inOrder } from '../view/order.ts';
import type { DomainEvent } from './domain-event.ts';
import type { ExecutionState, ExecutionView, NeedView, WaveState, WaveView } from './view-model.ts';
import { evolveWave, plannedWave, startedWave, unknownWave, withResults } from './wave-view.ts';

/** What is known of an execution before its first event. Without its plan, waves appear as they start. */
export const initialView = (executionId: string, planId: string, plan?: Plan): ExecutionView => ({
  executionId,
  planId,
  state: 'REQUESTED',
  waves: plan?.waves.map(plannedWave) ?? [],
  needs: [],
  faults: [],
  note: '',
});

const changeWave = (
  view: ExecutionView,
  waveId: string,
  change: (wave: WaveView) => WaveView,
): ExecutionView => ({
  ...view,
  waves: view.waves.map((wave) => (wave.waveId === waveId ? change(wave) : wave)),
});

/** Changes a wave unless the event is about an attempt that a later one has replaced. */
const inAttempt = (
  view: ExecutionView,
  { waveId, attempt }: { readonly waveId: string; readonly attempt: number },
  change: (wave: WaveView) => WaveView,
): ExecutionView => changeWave(view, waveId, (wave) => (attempt < wave.attempt ? wave : change(wave)));

const needsBeside = (view: ExecutionView, waveId: string | undefined): readonly NeedView[] =>
  view.needs.filter((need) => need.waveId !== waveId);

const withWave = (view: ExecutionView, waveId: string): ExecutionView =>
  view.waves.some((wave) => wave.waveId === waveId)
    ? view
    : { ...view, waves: [...view.waves, unknownWave(waveId)] };

type Said<Name extends DomainEvent['type']> = Extract<ExecutionFact, { readonly type: Name }>['data'];

const endWave = (
  view: ExecutionView,
  data: Said<'WaveCompleted' | 'WaveFailed'>,
  state: WaveState,
  note: string,
): ExecutionView =>
  inAttempt(view, data, (wave) => ({
    ...withResults(wave, data.servers),
    state,
    endedAt: Date.parse(data.endedAt),
    note,
  }));

const byWhom = ({ by, reason }: DecidedBy): string => (reason === '' ? `by ${by}` : `by ${by}: ${reason}`);

const ended = (view: ExecutionView, state: ExecutionState, endedAt: number): ExecutionView => ({
  ...view,
  state,
  endedAt,
  needs: [],
});

/** A fault in one line. */
export const faultText = ({ path, message, expected }: Fault): string =>
  `${path === '' ? '' : `${path}: `}${message}${expected === undefined ? '' : ` (valid: ${expected})`}`;

const evolveExecution = (view: ExecutionView, fact: ExecutionFact, at: number): ExecutionView => {
  switch (fact.type) {
    case 'ExecutionAccepted':
      return { ...view, planId: fact.data.planId, mode: fact.data.mode };
    case 'ExecutionStarted': {
      const { planId, planVersion, mode } = fact.data;
      return { ...view, planId, planVersion, mode, state: 'RUNNING', startedAt: at };
    }
    case 'ExecutionRejected':
      return { ...ended(view, 'REJECTED', at), faults: fact.data.faults.map(faultText) };
    case 'WaveStarted': {
      const { definition, attempt, waveId } = fact.data;
      const asked = { ...withWave(view, waveId), needs: needsBeside(view, waveId) };
      return inAttempt(asked, fact.data, (wave) => startedWave(wave, definition, attempt, at));
    }
    case 'WaveCompleted':
      return endWave(view, fact.data, fact.data.outcome, '');
    case 'WaveFailed':
      return endWave(view, fact.data, 'FAILED', fact.data.reasons.join('; '));
    case 'WaveSkipped': {
      const { waveId, reason: note } = fact.data;
      const known = { ...withWave(view, waveId), needs: needsBeside(view, waveId) };
      return changeWave(known, waveId, (wave) => ({ ...wave, state: 'SKIPPED', note }));
    }
    case 'ExecutionPaused':
      return { ...view, state: 'PAUSED', note: byWhom(fact.data) };
    case 'ExecutionResumed':
      return { ...view, state: 'RUNNING', note: '' };
    case 'ExecutionCancelling':
      return { ...view, state: 'CANCELLING', note: byWhom(fact.data) };
    case 'DecisionRefused':
      return { ...view, note: `${fact.data.decision} of ${fact.data.by} was refused: ${fact.data.reason}` };
    case 'OperatorNeeded': {
      const { why, choices, waveId } = fact.data;
      const need = { why, choices, ...(waveId !== undefined && { waveId }) };
      return { ...view, needs: [...needsBeside(view, waveId), need] };
    }
    case 'ExecutionCompleted':
      return ended(view, fact.data.outcome, Date.parse(fact.data.endedAt));
    case 'ExecutionFailed':
      return ended(view, 'FAILED', Date.parse(fact.data.endedAt));
    case 'ExecutionCancelled':
      return ended(view, 'CANCELLED', Date.parse(fact.data.endedAt));
  }
};

const executionEventNames: readonly string[] = executionEvents.map(({ name }) => name);

const isOfExecution = (event: DomainEvent): event is Recorded<ExecutionFact> =>
  executionEventNames.includes(event.type);

/** The view after one more event. */
export const evolveView = (view: ExecutionView, event: DomainEvent): ExecutionView => {
  const at = Date.parse(event.metadata.emittedAt);
  return isOfExecution(event)
    ? evolveExecution(view, event, at)
    : inAttempt(view, event.data, (wave) => evolveWave(wave, event, at));
};

/** What events show of an execution, in whatever order and however often they came. */
export const viewOf = (initial: ExecutionView, events: readonly DomainEvent[]): ExecutionView =>
  inOrder(events).reduce(evolveView, initial);

const restStates: readonly ExecutionState[] = ['COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED', 'REJECTED'];

export const isOver = ({ state }: ExecutionView): boolean => restStates.includes(state);
