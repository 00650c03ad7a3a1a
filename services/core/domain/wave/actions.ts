import type { Action } from '../../../../contracts/action.ts';
import type { TrafficMove } from '../../../../contracts/traffic.ts';
import type { ActionStage, WaveFact } from '../../../../contracts/wave-events.ts';
import { uuidOf } from '../../kernel/canonical.ts';
import { kindOf } from '../actions/kinds.ts';
import { actionOf, isLiveAction, stageOf, type Wave } from './wave.ts';
import { warnAt } from '../near.ts';
import { actionKey, type ActionState } from './state.ts';

/** One action that is due, and how far it is. */
export interface DueAction<A extends Action = Action> {
  readonly stage: ActionStage;
  readonly action: A;
  /** Absent before the first start. */
  readonly state?: ActionState;
}

/** The actions that the wave waits for now. */
export const dueActions = (wave: Wave): readonly DueAction[] => {
  const current = stageOf(wave);
  if (!('due' in current)) return [];
  return current.due.map((action) => {
    const state = wave.state.actions[actionKey(current.stage, action.actionId)];
    return { stage: current.stage, action, ...(state && { state }) };
  });
};

/** The action, if it is one of these. */
export const dueAction = (
  wave: Wave,
  { stage, actionId }: { readonly stage: ActionStage; readonly actionId: string },
): DueAction | undefined =>
  dueActions(wave).find((due) => due.stage === stage && due.action.actionId === actionId);

/** Actions of a stopped wave that run, or may, and have to be stopped. */
export const actionsToStop = (wave: Wave): readonly DueAction[] =>
  wave.state.stopped === undefined
    ? []
    : Object.values(wave.state.actions).flatMap((state) => {
        const action =
          isLiveAction(state) && state.stage !== 'onCancel'
            ? actionOf(wave, state.stage, state.actionId)
            : undefined;
        return action === undefined ? [] : [{ stage: state.stage, action, state }];
      });

/** The try that runs or may, or the next one. */
export const tryNumberOf = ({ state }: DueAction): number =>
  state === undefined ? 1 : state.status === 'AGAIN' ? state.tryNumber + 1 : state.tryNumber;

/** The name of one try of an action, the same for every repeat: whoever is asked twice under it starts it once. */
export const startIdOf = (wave: Wave, due: DueAction): string =>
  idOfTry(wave, { stage: due.stage, actionId: due.action.actionId }, tryNumberOf(due));

const idOfTry = (
  { executionId, definition, state }: Wave,
  { stage, actionId }: Pick<ActionState, 'stage' | 'actionId'>,
  tryNumber: number,
): string => uuidOf([executionId, definition.waveId, state.attempt, stage, actionId, tryNumber].join('/'));

/** The action of which this names a try, also one that is over. */
export const actionOfTry = (wave: Wave, startId: string): ActionState | undefined =>
  Object.values(wave.state.actions).find(
    (state) =>
      state.taskId === startId ||
      Array.from({ length: state.tryNumber }, (_, index) => index + 1).some(
        (tryNumber) => idOfTry(wave, state, tryNumber) === startId,
      ),
  );

const inAction = (wave: Wave, due: DueAction) => ({
  waveId: wave.definition.waveId,
  attempt: wave.state.attempt,
  stage: due.stage,
  actionId: due.action.actionId,
  tryNumber: tryNumberOf(due),
});

export const claimedAction = (
  wave: Wave,
  due: DueAction,
  said: { moves?: TrafficMove[] } = {},
): WaveFact => ({
  type: 'ActionClaimed',
  data: { ...inAction(wave, due), ...said },
});

export const startedAction = (
  wave: Wave,
  due: DueAction,
  now: number,
  /** Of whoever carries it out: an automation of SSM, a worker's task, a durable execution of Lambda, or a change of Route 53. */
  ids: Pick<ActionState, 'automationExecutionId' | 'taskId' | 'durableExecutionArn' | 'changeId'> = {},
): WaveFact => ({
  type: 'ActionStarted',
  data: {
    ...inAction(wave, due),
    kind: due.action.kind,
    endsBy: new Date(now + kindOf(due.action).minutes(due.action) * 60_000).toISOString(),
    ...ids,
    ...nextHeartbeat(due.action, now),
    ...kindOf(due.action).question(due.action),
  },
});

/** By when whoever carries out the action has to be heard of again. */
const nextHeartbeat = (action: Action, now: number): { heartbeatBy?: string } => {
  const minutes = kindOf(action).heartbeatMinutes(action);
  return minutes === undefined ? {} : { heartbeatBy: new Date(now + minutes * 60_000).toISOString() };
};

export const progressedAction = (
  wave: Wave,
  due: DueAction,
  now: number,
  said: { message: string; percent?: number; worker?: string },
): WaveFact => ({
  type: 'ActionProgressed',
  data: { ...inAction(wave, due), ...nextHeartbeat(due.action, now), ...said },
});

export const completedAction = (
  wave: Wave,
  due: DueAction,
  said: {
    by?: string;
    reason?: string;
    decisionId?: string;
    worker?: string;
    outputs?: Record<string, string[]>;
    moves?: TrafficMove[];
  } = {},
): WaveFact => ({
  type: 'ActionCompleted',
  data: { ...inAction(wave, due), ...said },
});

type FailureCause = Extract<WaveFact, { type: 'ActionFailed' }>['data']['cause'];

/** What failed is tried again while it has tries left; a decline, a stop and a refusal are final. */
export const failedAction = (
  wave: Wave,
  due: DueAction,
  cause: FailureCause,
  message: string,
  said: { by?: string; decisionId?: string; worker?: string; final?: true } = {},
): WaveFact => {
  const retriable = cause === 'failed' || cause === 'timed-out';
  const final = !retriable || tryNumberOf(due) >= kindOf(due.action).triesMax(due.action);
  return {
    type: 'ActionFailed',
    data: { ...inAction(wave, due), cause, message, final, ...said },
  };
};

/** When time alone ends it, or whoever carries it out has been silent for too long. */
export const deadlineOf = ({ endsBy, heartbeatBy = Infinity }: ActionState): number =>
  Math.min(endsBy, heartbeatBy);

/** What time alone decides: a wait is over, an approval was not given, a worker is silent. */
export const elapsed = (wave: Wave, due: DueAction, now: number): readonly WaveFact[] => {
  const { stage, action } = due;
  // A sign of life may have come since the action was looked at.
  const state = wave.state.actions[actionKey(stage, action.actionId)];
  if (due.state?.status !== 'RUNNING' || state?.status !== 'RUNNING' || now < deadlineOf(state)) return [];
  const decided = kindOf(action).atDeadline(action);
  if (decided === undefined) return [];
  if (now < state.endsBy)
    return [failedAction(wave, due, 'timed-out', 'its worker has been silent for too long')];
  if (!decided.succeeds) return [failedAction(wave, due, 'timed-out', decided.message)];
  const { reason } = decided;
  return [completedAction(wave, due, reason === undefined ? {} : { reason })];
};

/** When its time-out is to be warned of. */
export const warnsAt = ({ action, state }: DueAction): number =>
  state?.status !== 'RUNNING' || state.warned === true || kindOf(action).warningOf(action) === undefined
    ? Infinity
    : warnAt(state.startedAt, state.endsBy);

/** The warning that an action's time-out is near, once per try. */
export const warning = (wave: Wave, due: DueAction, now: number): readonly WaveFact[] => {
  const { stage, action, state } = due;
  const consequence = kindOf(action).warningOf(action);
  if (state === undefined || consequence === undefined) return [];
  if (now < warnsAt(due) || now >= state.endsBy) return [];
  return [
    {
      type: 'TimeoutNear',
      data: {
        about: 'action',
        ...{ waveId: wave.definition.waveId, attempt: wave.state.attempt },
        ...{ stage, actionId: action.actionId },
        endsBy: new Date(state.endsBy).toISOString(),
        consequence,
      },
    },
  ];
};

/** The same fact is not said twice: what is due in the state at hand decides. */
export const stillDue = (
  wave: Wave,
  due: DueAction,
  status: 'CLAIMED' | 'RUNNING' | 'not started',
): boolean => {
  const current = [...dueActions(wave), ...actionsToStop(wave)].find(
    (each) => each.stage === due.stage && each.action.actionId === due.action.actionId,
  );
  if (current === undefined || tryNumberOf(current) !== tryNumberOf(due)) return false;
  const { state } = current;
  return status === 'not started'
    ? state === undefined || state.status === 'AGAIN'
    : state?.status === status;
};
