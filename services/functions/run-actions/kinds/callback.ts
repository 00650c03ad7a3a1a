import type { CallbackAction } from '../../../../contracts/actions/callback.ts';
import type { TaskRequested } from '../../../../contracts/task-events.ts';
import {
  elapsed,
  failedAction,
  startedAction,
  startIdOf,
  tryNumberOf,
} from '../../../core/domain/wave/actions.ts';
import { actionKey } from '../../../core/domain/wave/state.ts';
import type { ActionEffects, ActionPorts } from '../action-effects.ts';
import { awaitEnd, claimAgeMs, claimStart, isOver, type ClaimKnobs } from '../claim.ts';
import { say, sayStopped, stopReason, type ActionInHand } from '../in-hand.ts';
import { giveOut } from '../task-record.ts';
import { toldParameters } from '../told-parameters.ts';

type InHand = ActionInHand<CallbackAction>;

/** A worker that needs more of them asks the API. */
const toldServersMax = 100;

const placeOf = ({ session, wave, due }: InHand) => ({
  ...{ taskId: startIdOf(wave, due), task: due.action.task },
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
): Promise<{ readonly task: Omit<TaskRequested, 'token'>; readonly unknown: readonly string[] }> => {
  const { wave, due } = inHand;
  const { timeoutMinutes, heartbeatMinutes } = due.action;
  const { parameters, unknown } = await toldParameters(ports, inHand, due.action.parameters);
  const { account, region } = wave.definition.target;
  return {
    task: {
      ...placeOf(inHand),
      parameters,
      target: { account, region },
      servers: serversOf(inHand),
      endsBy: new Date(ports.clock.now() + timeoutMinutes * 60_000).toISOString(),
      ...(heartbeatMinutes !== undefined && { heartbeatMinutes }),
    },
    unknown,
  };
};

/** EC2 and DRS show a new instance a moment late; one that they never show fails the action. */
const awaitFacts = async (
  ports: ActionPorts,
  inHand: InHand,
  unknown: readonly string[],
  claim: ClaimKnobs,
): Promise<number> => {
  const message = `not requested, since neither DRS nor EC2 says ${unknown.join(', ')}`;
  const isClaimed = inHand.due.state?.status === 'CLAIMED';
  const isLate = isClaimed
    ? claimAgeMs(inHand, ports.clock.now()) >= claim.giveUpMs
    : isOver(inHand, 'facts');
  if (!isLate) {
    if (!isClaimed) await awaitEnd(ports, claim, inHand, 'facts', claim.findAgainMs);
    return claim.findAgainMs;
  }
  // A worker may have heard of a claimed task from a run that died.
  if (isClaimed) await ports.tasks.cancel({ ...placeOf(inHand), reason: message });
  await say(inHand, isClaimed ? 'CLAIMED' : 'not started', (current) =>
    failedAction(current, inHand.due, 'refused', message),
  );
  return Infinity;
};

/**
 * Requests the task after its claim. Whoever finds a claim without an outcome requests it again under the same id: for a
 * worker that is the same task, and whichever token it has heard is valid.
 */
const start: ActionEffects<CallbackAction>['start'] = async (ports, inHand, { claim, mayStart }) => {
  const { session, due } = inHand;
  const isRepeat = due.state?.status === 'CLAIMED';
  if (isRepeat && !mayStart) return Infinity;
  const { task, unknown } = await taskOf(ports, inHand);
  if (unknown.length > 0) return awaitFacts(ports, inHand, unknown, claim);
  if (!isRepeat && !(await claimStart(inHand))) return claim.findAgainMs;
  const { executionId, waveId } = session;
  const { taskId } = task;
  const token = ports.tasks.newToken();
  await giveOut(ports.store, taskId, { executionId, waveId }, token);
  await ports.tasks.request({ ...task, token });
  const { wave, facts } = await say(inHand, 'CLAIMED', (current, now) =>
    startedAction(current, due, now, { taskId }),
  );
  const known = wave.state.actions[actionKey(due.stage, due.action.actionId)];
  // Its wave was stopped meanwhile, and nobody waits for the task any more.
  if (facts.length === 0 && wave.state.stopped !== undefined && known?.status === 'FAILED')
    await ports.tasks.cancel({ ...placeOf(inHand), reason: wave.state.stopped });
  return Infinity;
};

/** The worker is told before the action ends: to be told twice harms nobody, and never to be told leaves it at work. */
const watch: ActionEffects<CallbackAction>['watch'] = async (ports, inHand) => {
  const { wave, due } = inHand;
  const [end] = elapsed(wave, due, ports.clock.now());
  if (end?.type !== 'ActionFailed') return;
  await ports.tasks.cancel({ ...placeOf(inHand), reason: end.data.message });
  await say(inHand, 'RUNNING', (current, now) => elapsed(current, due, now));
};

/** A claim is left alone until whoever made it can no longer request the task: then one cancellation is the last word. */
const stop: ActionEffects<CallbackAction>['stop'] = async (ports, inHand, { claim }) => {
  const { wave, due } = inHand;
  const isClaimed = due.state?.status === 'CLAIMED';
  if (isClaimed && !isOver(inHand, 'quarantine')) {
    await awaitEnd(ports, claim, inHand, 'quarantine', claim.findAgainMs);
    return claim.findAgainMs;
  }
  const reason = stopReason(wave);
  await ports.tasks.cancel({ ...placeOf(inHand), reason });
  if (isClaimed) await say(inHand, 'CLAIMED', (current) => failedAction(current, due, 'stopped', reason));
  else await sayStopped(inHand);
  return Infinity;
};

export const callback: ActionEffects<CallbackAction> = {
  start,
  watch,
  stop,
  lookAgainMs: (leftMs) => leftMs,
};
