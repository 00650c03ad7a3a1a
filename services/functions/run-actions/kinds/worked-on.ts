import type { CallbackAction } from '../../../../contracts/actions/callback.ts';
import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { TaskRequested } from '../../../../contracts/task-events.ts';
import {
  elapsed,
  failedAction,
  startedAction,
  startIdOf,
  stillDue,
  tryNumberOf,
} from '../../../core/domain/wave/actions.ts';
import { actionKey } from '../../../core/domain/wave/state.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import type { HandedOver } from '../../../core/ports/function-service.ts';
import type { ActionEffects, ActionKnobs, ActionPorts } from '../action-effects.ts';
import {
  awaitEnd,
  awaitFacts,
  awaitQuarantine,
  claimAgeMs,
  claimStart,
  comeBack,
  isOver,
  missingFacts,
  tokenOf,
} from '../claim.ts';
import { say, sayStopped, stopReason, type ActionInHand } from '../in-hand.ts';
import { awaitTurn, putOff } from '../pace.ts';
import { giveOut } from '../task-record.ts';
import { toldOnce, toldParameters } from '../told-parameters.ts';

/** What somebody else's worker carries out. */
type WorkedOn = CallbackAction | LambdaAction;
type InHand<A extends WorkedOn = WorkedOn> = ActionInHand<A>;

/** How a task reaches its worker. */
export interface Way<A extends WorkedOn> {
  /** What is to be done, by the name under which its workers listen. */
  nameOf(action: A): string;
  /**
   * Where each request costs its worker a run: whose turns it takes there, one after the other. A claim is then left
   * alone for a moment before it is repeated.
   */
  paceOf?(target: Target): Target;
  hand(ports: ActionPorts, inHand: InHand<A>, task: TaskRequested): Promise<HandedOver>;
}

/** Whose turns an action's requests take; undefined where they take none. */
const turnsOf = <A extends WorkedOn>(way: Way<A>, { wave, due }: InHand<A>): Target | undefined =>
  way.paceOf?.(targetOfAction(wave.definition, due.action));

/** A worker that needs more of them asks the API. */
const toldServersMax = 100;

const placeOf = ({ session, wave, due }: InHand, task: string) => ({
  ...{ taskId: startIdOf(wave, due), task },
  ...{ executionId: session.executionId, planId: session.execution.planId, mode: wave.mode },
  ...{ waveId: session.waveId, attempt: wave.state.attempt, stage: due.stage },
  ...{ actionId: due.action.actionId, tryNumber: tryNumberOf(due) },
});

const serversOf = ({ wave: { definition, state } }: InHand): TaskRequested['servers'] =>
  definition.servers
    .flatMap(({ sourceServerId, name }) => {
      const result = state.results[sourceServerId];
      if (result?.launchResult !== 'LAUNCHED') return [];
      const { instanceId, jobId } = result;
      return [{ sourceServerId, name, ...(instanceId && { instanceId }), ...(jobId && { jobId }) }];
    })
    .slice(0, toldServersMax);

/** What the worker is told, but for its token, and what of it nobody knows yet. */
const taskOf = async (
  ports: ActionPorts,
  inHand: InHand,
  name: string,
): Promise<{ readonly task: Omit<TaskRequested, 'token'>; readonly unknown: readonly string[] }> => {
  const { wave, due } = inHand;
  const { timeoutMinutes, heartbeatMinutes } = due.action;
  const { parameters, unknown } = await toldParameters(ports, inHand, due.action.parameters);
  const find = async () => (unknown.length > 0 ? undefined : serversOf(inHand));
  const servers = (await toldOnce(ports, inHand, 'task', find)) ?? serversOf(inHand);
  const { account, region } = wave.definition.target;
  return {
    task: {
      ...placeOf(inHand, name),
      parameters,
      target: { account, region },
      servers,
      endsBy: new Date(ports.clock.now() + timeoutMinutes * 60_000).toISOString(),
      ...(heartbeatMinutes !== undefined && { heartbeatMinutes }),
    },
    unknown,
  };
};

type Place = ReturnType<typeof placeOf>;

/**
 * It ends without its worker, which may have heard of a claimed task from a run that died: another try would be another
 * task, and could run beside it.
 */
const giveUp = async (
  ports: ActionPorts,
  inHand: InHand,
  place: Place,
  cause: 'failed' | 'refused',
  message: string,
): Promise<number> => {
  const isClaimed = inHand.due.state?.status === 'CLAIMED';
  if (isClaimed) await ports.tasks.cancel({ ...place, reason: message });
  await say(inHand, isClaimed ? 'CLAIMED' : 'not started', (current) =>
    failedAction(current, inHand.due, cause, message, { ...(isClaimed && { final: true as const }) }),
  );
  return Infinity;
};

/**
 * The task has not reached its worker this time. A refusal of a repeat proves nothing as long as the first request may
 * have been heard; what is too busy is asked again, and not for ever.
 */
const notHandedOver = async (
  ports: ActionPorts,
  inHand: InHand,
  place: Place,
  { status, message }: Exclude<HandedOver, { status: 'accepted' }>,
  { claim, pace }: ActionKnobs,
  turns: Target | undefined,
): Promise<number> => {
  const { due, session } = inHand;
  const isRepeat = due.state?.status === 'CLAIMED';
  if (status === 'refused' && !isRepeat) {
    await session.change((current) =>
      stillDue(current, due, 'CLAIMED') ? [failedAction(current, due, 'refused', message)] : [],
    );
    return Infinity;
  }
  if (status === 'refused' && isOver(inHand, 'quarantine'))
    return giveUp(ports, inHand, place, 'refused', message);
  if (isRepeat && claimAgeMs(inHand, ports.clock.now()) >= claim.giveUpMs)
    return giveUp(ports, inHand, place, 'failed', message);
  if (status === 'refused') await awaitEnd(ports, claim, inHand, 'quarantine', claim.findAgainMs);
  if (status === 'refused' || turns === undefined) return claim.findAgainMs;
  const delayMs = await putOff(ports.store, turns, tokenOf(inHand), ports.clock.now(), pace);
  return comeBack(ports, claim, inHand, delayMs);
};

/**
 * What a worker carries out, whichever way it hears of it. The task is requested after its claim; whoever finds a claim
 * without an outcome requests it again under the same id: for a worker that is the same task, and whichever token it has
 * heard is valid.
 */
export const workedOn = <A extends WorkedOn>(way: Way<A>): ActionEffects<A> => ({
  async start(ports, inHand, knobs) {
    const { session, due } = inHand;
    const { claim, pace, mayStart } = knobs;
    const isRepeat = due.state?.status === 'CLAIMED';
    if (isRepeat && !mayStart) return Infinity;
    const turns = turnsOf(way, inHand);
    if (turns !== undefined) {
      const now = ports.clock.now();
      if (isRepeat && claimAgeMs(inHand, now) < claim.findAgainMs) return claim.findAgainMs;
      const waitMs = await awaitTurn(ports.store, turns, tokenOf(inHand), now, pace);
      if (waitMs > 0) return comeBack(ports, claim, inHand, waitMs);
    }
    const { task, unknown } = await taskOf(ports, inHand, way.nameOf(due.action));
    const place = placeOf(inHand, task.task);
    if (unknown.length > 0)
      return (
        (await awaitFacts(ports, claim, inHand)) ??
        giveUp(ports, inHand, place, 'refused', `not requested, since ${missingFacts(unknown)}`)
      );
    if (!isRepeat && !(await claimStart(inHand))) return claim.findAgainMs;
    const { executionId, waveId } = session;
    const { taskId } = task;
    const token = ports.tasks.newToken();
    await giveOut(ports.store, taskId, { executionId, waveId }, token);
    const handed = await way.hand(ports, inHand, { ...task, token });
    if (handed.status !== 'accepted') return notHandedOver(ports, inHand, place, handed, knobs, turns);
    const { wave, facts } = await say(inHand, 'CLAIMED', (current, now) =>
      startedAction(current, due, now, { taskId }),
    );
    const known = wave.state.actions[actionKey(due.stage, due.action.actionId)];
    // Its wave was stopped meanwhile, and nobody waits for the task any more.
    if (facts.length === 0 && wave.state.stopped !== undefined && known?.status === 'FAILED')
      await ports.tasks.cancel({ ...place, reason: wave.state.stopped });
    return Infinity;
  },

  // The worker is told before the action ends: to be told twice harms nobody, and never to be told leaves it at work.
  async watch(ports, inHand) {
    const { wave, due } = inHand;
    const [end] = elapsed(wave, due, ports.clock.now());
    if (end?.type !== 'ActionFailed') return;
    await ports.tasks.cancel({ ...placeOf(inHand, way.nameOf(due.action)), reason: end.data.message });
    await say(inHand, 'RUNNING', (current, now) => elapsed(current, due, now));
  },

  // A claim is left alone until whoever made it can no longer request the task: then one cancellation is the last word.
  async stop(ports, inHand, { claim }) {
    const { wave, due } = inHand;
    const isClaimed = due.state?.status === 'CLAIMED';
    const waitMs = isClaimed ? await awaitQuarantine(ports, claim, inHand) : undefined;
    if (waitMs !== undefined) return waitMs;
    const reason = stopReason(wave);
    await ports.tasks.cancel({ ...placeOf(inHand, way.nameOf(due.action)), reason });
    if (isClaimed) await say(inHand, 'CLAIMED', (current) => failedAction(current, due, 'stopped', reason));
    else await sayStopped(inHand);
    return Infinity;
  },

  lookAgainMs: (_action, leftMs) => leftMs,
});
