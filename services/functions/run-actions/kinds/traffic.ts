import type { TrafficAction } from '../../../../contracts/actions/traffic.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { TrafficMove, TrafficValue } from '../../../../contracts/traffic.ts';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { completedAction, elapsed, failedAction, startedAction } from '../../../core/domain/wave/actions.ts';
import { progressOf } from '../../../core/domain/wave/progress-of-action.ts';
import { actionKey } from '../../../core/domain/wave/state.ts';
import {
  changesOf,
  isMoved,
  isSameValue,
  movesBack,
  movesText,
  plannedMoves,
} from '../../../core/domain/wave/traffic-moves.ts';
import { orderOf, pointText, valuesOf, wantedOf, type Order } from '../../../../contracts/traffic-order.ts';
import { actionOf, targetOfAction, type Wave } from '../../../core/domain/wave/wave.ts';
import { isLasting, reasonOf } from '../../../core/readiness/lasting-error.ts';
import { readFrozenWave } from '../../../core/streams/frozen-plan.ts';
import { readWaveState } from '../../../core/streams/wave-stream.ts';
import type { ActionEffects, ActionPorts, StartKnobs } from '../action-effects.ts';
import {
  awaitFacts,
  awaitQuarantine,
  claimAgeMs,
  claimStart,
  comeBack,
  missingFacts,
  tokenOf,
} from '../claim.ts';
import { say, sayStopped, stopReason, type ActionInHand } from '../in-hand.ts';
import { learnDuration } from '../learn-duration.ts';
import { awaitTurn, paceOfTraffic, putOff } from '../pace.ts';
import { toldParameters } from '../told-parameters.ts';

type InHand = ActionInHand<TrafficAction>;

/** Route 53: a change is known to all of its servers within a minute, as a rule. */
const lookMs = 10_000;

/** What an action is to change, and where; nothing where it puts back what was never touched. */
interface Task {
  readonly target: Target;
  readonly order: Order;
  /** What was claimed by the action that this one puts back. */
  readonly forth: readonly TrafficMove[] | undefined;
}

const keyOf = ({ due }: InHand): string => actionKey(due.stage, due.action.actionId);

const claimedMoves = (inHand: InHand, { state }: Wave = inHand.wave): readonly TrafficMove[] =>
  state.moves?.[keyOf(inHand)] ?? [];

/** The action that is put back, with the wave whose stream has its old values on record. */
const forthOf = async (
  { store }: ActionPorts,
  { session, wave }: InHand,
  { waveId, actionId }: Extract<TrafficAction['move'], { what: 'back' }>,
): Promise<Task | undefined> => {
  const { executionId, execution } = session;
  const its: Wave =
    waveId === undefined
      ? wave
      : {
          ...wave,
          definition: await readFrozenWave(store, execution.frozenHash, waveId),
          state: await readWaveState(store, executionId, waveId),
        };
  const stages = ['before', 'after', 'onFailure', 'onCancel'] as const;
  for (const stage of stages) {
    const action = actionOf(its, stage, actionId);
    const forth = its.state.moves?.[actionKey(stage, actionId)];
    if (action?.kind !== 'traffic' || action.move.what === 'back' || forth === undefined) continue;
    const { route } = orderOf(action.move);
    const order = { route, points: forth.map(({ point }) => point) };
    return { target: targetOfAction(its.definition, action), order, forth };
  }
  return undefined;
};

const taskOf = async (ports: ActionPorts, inHand: InHand): Promise<Task | undefined> => {
  const { move } = inHand.due.action;
  if (move.what === 'back') return forthOf(ports, inHand, move);
  const target = targetOfAction(inHand.wave.definition, inHand.due.action);
  return { target, order: orderOf(move), forth: undefined };
};

type Found =
  | { readonly is: 'known'; readonly values: readonly TrafficValue[] }
  | { readonly is: 'refused'; readonly why: string }
  | { readonly is: 'later'; readonly why: string };

const find = async ({ traffic }: ActionPorts, { target, order }: Task): Promise<Found> => {
  try {
    const readings = await traffic.read(target, order);
    const whys = readings.flatMap((reading) => ('why' in reading ? [reading.why] : []));
    if (whys.length > 0) return { is: 'refused', why: whys.join('; ') };
    return {
      is: 'known',
      values: readings.flatMap((reading) => ('value' in reading ? [reading.value] : [])),
    };
  } catch (error) {
    const why = error instanceof Error ? reasonOf(error) : String(error);
    return { is: isLasting(error) ? 'refused' : 'later', why };
  }
};

const fail = async (inHand: InHand, why: string): Promise<number> => {
  const status = inHand.due.state?.status === 'CLAIMED' ? 'CLAIMED' : 'not started';
  await say(inHand, status, (wave) => failedAction(wave, inHand.due, 'refused', why));
  return Infinity;
};

/** A claim of an earlier run is given up only when that can no longer ask for its change. */
const failClaim = async (
  ports: ActionPorts,
  inHand: InHand,
  cause: 'refused' | 'failed',
  why: string,
  { claim }: StartKnobs,
): Promise<number> => {
  const isOld = inHand.due.state?.status === 'CLAIMED';
  const waitMs = isOld ? await awaitQuarantine(ports, claim, inHand) : undefined;
  if (waitMs !== undefined) return waitMs;
  await say(inHand, 'CLAIMED', (wave) => failedAction(wave, inHand.due, cause, why, { final: true }));
  return Infinity;
};

/** What a first look at this try is to claim, what of it nobody knows yet, or why nothing may be moved. */
const plan = async (
  ports: ActionPorts,
  inHand: InHand,
  { order, forth }: Task,
  found: readonly TrafficValue[],
): Promise<{ readonly unknown: readonly string[] } | ReturnType<typeof plannedMoves>> => {
  const { move } = inHand.due.action;
  const earlier = claimedMoves(inHand);
  if (forth !== undefined || move.what === 'back') return movesBack(forth ?? [], earlier, found);
  const { parameters, unknown } = await toldParameters(ports, inHand, valuesOf(inHand.due.action));
  if (unknown.length > 0) return { unknown };
  const wanted = wantedOf(move, parameters);
  const empty = wanted.findIndex(
    (value) => typeof value !== 'string' && 'values' in value && value.values.length === 0,
  );
  const point = order.points[empty];
  return point === undefined
    ? plannedMoves(earlier, order.points, found, wanted)
    : { why: `${pointText(point)} would have no value: no server was recovered` };
};

/** Nothing was touched that could be put back. */
const sayNothingMoved = async (inHand: InHand): Promise<number> => {
  await say(inHand, 'not started', (wave, now): readonly WaveFact[] => [
    startedAction(wave, inHand.due, now),
    completedAction(wave, inHand.due, { reason: 'nothing had been moved' }),
  ]);
  return Infinity;
};

/** Nobody answered, or was too busy: again in a while, but not for ever. */
const tryLater = async (
  ports: ActionPorts,
  inHand: InHand,
  { target }: Task,
  why: string,
  knobs: StartKnobs,
): Promise<number> => {
  const now = ports.clock.now();
  if (inHand.due.state?.status === 'CLAIMED' && claimAgeMs(inHand, now) >= knobs.claim.giveUpMs)
    return failClaim(ports, inHand, 'failed', `nobody says for too long whether it was moved: ${why}`, knobs);
  const delayMs = await putOff(ports.store, paceOfTraffic(target), tokenOf(inHand), now, knobs.pace);
  return comeBack(ports, knobs.claim, inHand, delayMs);
};

/** Makes what a claim says, from whatever of it has been made by now. */
const carryOut = async (
  ports: ActionPorts,
  inHand: InHand,
  task: Task,
  moves: readonly TrafficMove[],
  found: readonly TrafficValue[],
  knobs: StartKnobs,
): Promise<number> => {
  const { due } = inHand;
  const left = changesOf(moves, found);
  if ('why' in left) return failClaim(ports, inHand, 'refused', left.why, knobs);
  const answer = await ports.traffic.change(task.target, task.order.route, left.changes);
  if (answer.status === 'later') return tryLater(ports, inHand, task, answer.message, knobs);
  if (answer.status === 'refused') {
    const since = await find(ports, task);
    const isAsFound =
      since.is === 'known' &&
      left.changes.every(({ from }, index) => isSameValue(from, since.values[index] ?? 'no record'));
    // Somebody else was faster, perhaps another run of this very action: the next look tells.
    return isAsFound
      ? failClaim(ports, inHand, 'refused', answer.message, knobs)
      : tryLater(ports, inHand, task, answer.message, knobs);
  }
  const { changeId } = answer;
  await say(inHand, 'CLAIMED', (wave, at) =>
    startedAction(wave, due, at, changeId === undefined ? {} : { changeId }),
  );
  return changeId === undefined ? 0 : lookMs;
};

/**
 * Claims what stands there and what is to, and then changes it. Whoever finds a claim without an outcome looks at what
 * stands there now: a record is changed only from what the claim says, so that a repeat overwrites nobody.
 */
const start: ActionEffects<TrafficAction>['start'] = async (ports, inHand, knobs) => {
  const { wave, due } = inHand;
  const isRepeat = due.state?.status === 'CLAIMED';
  if (isRepeat && !knobs.mayStart) return Infinity;
  if (wave.mode === 'DRILL' && !due.action.drillTraffic)
    return fail(inHand, 'the plan does not say twice that a drill moves traffic');
  const task = await taskOf(ports, inHand);
  if (task === undefined) return sayNothingMoved(inHand);
  const now = ports.clock.now();
  const waitMs = await awaitTurn(ports.store, paceOfTraffic(task.target), tokenOf(inHand), now, knobs.pace);
  if (waitMs > 0) return comeBack(ports, knobs.claim, inHand, waitMs);
  const found = await find(ports, task);
  if (found.is === 'later') return tryLater(ports, inHand, task, found.why, knobs);
  if (found.is === 'refused')
    return isRepeat ? failClaim(ports, inHand, 'refused', found.why, knobs) : fail(inHand, found.why);
  if (isRepeat) return carryOut(ports, inHand, task, claimedMoves(inHand), found.values, knobs);
  const planned = await plan(ports, inHand, task, found.values);
  if ('unknown' in planned)
    return (
      (await awaitFacts(ports, knobs.claim, inHand)) ??
      fail(inHand, `nothing was moved, since ${missingFacts(planned.unknown)}`)
    );
  if ('why' in planned) return fail(inHand, planned.why);
  const { moves } = planned;
  if (!(await claimStart(inHand, { moves }))) return knobs.claim.findAgainMs;
  return carryOut(ports, inHand, task, moves, found.values, knobs);
};

/** Whether what was accepted is in effect; undefined while nobody says. */
const isInEffect = async (ports: ActionPorts, inHand: InHand): Promise<boolean | undefined> => {
  const task = await taskOf(ports, inHand);
  if (task === undefined) return undefined;
  const { changeId } = inHand.due.state ?? {};
  try {
    if (changeId !== undefined) return await ports.traffic.isInSync(task.target, changeId);
  } catch (error) {
    const { executionId, waveId } = inHand.session;
    ports.log.warn('Route 53 does not say how far a change is', {
      ...{ executionId, waveId, changeId },
      error: String(error),
    });
    return undefined;
  }
  const found = await find(ports, task);
  return found.is === 'known' ? isMoved(claimedMoves(inHand), found.values) : undefined;
};

const watch: ActionEffects<TrafficAction>['watch'] = async (ports, inHand) => {
  const { session, due } = inHand;
  const isDone = await isInEffect(ports, inHand);
  if (isDone === true) {
    const { facts } = await say(inHand, 'RUNNING', (wave) => {
      const moves = [...claimedMoves(inHand, wave)];
      return completedAction(wave, due, { reason: movesText(moves), moves });
    });
    if (facts.length > 0) await learnDuration(ports, session, due.state);
    return;
  }
  await say(inHand, 'RUNNING', (wave, now) => {
    const end = elapsed(wave, due, now);
    return end.length > 0
      ? end
      : progressOf(wave, due, now, `accepted: ${movesText(claimedMoves(inHand, wave))}`);
  });
};

/** A claim is left alone until whoever made it can no longer ask for the change; what AWS has accepted cannot be stopped. */
const stop: ActionEffects<TrafficAction>['stop'] = async (ports, inHand, { claim }) => {
  const { wave, due } = inHand;
  if (due.state?.status !== 'CLAIMED') {
    await sayStopped(inHand);
    return Infinity;
  }
  const waitMs = await awaitQuarantine(ports, claim, inHand);
  if (waitMs !== undefined) return waitMs;
  await say(inHand, 'CLAIMED', (current) => failedAction(current, due, 'stopped', stopReason(wave)));
  return Infinity;
};

export const traffic: ActionEffects<TrafficAction> = {
  start,
  watch,
  stop,
  lookAgainMs: (_action, leftMs) => Math.min(leftMs, lookMs),
};
