import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import { failedAction, startedAction } from '../../../core/domain/wave/actions.ts';
import { actionKey } from '../../../core/domain/wave/state.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import type { DurableExecution } from '../../../core/ports/function-service.ts';
import type { ActionEffects, ActionPorts } from '../action-effects.ts';
import {
  awaitEnd,
  awaitFacts,
  claimAgeMs,
  claimStart,
  comeBack,
  isOver,
  missingFacts,
  tokenOf,
} from '../claim.ts';
import { say, sayStopped, stopReason, type ActionInHand } from '../in-hand.ts';
import { invocationOf, outputsOfResult } from '../invocation.ts';
import { awaitTurn, paceOfFunctions, putOff } from '../pace.ts';
import { noteOwner } from '../task-record.ts';
import { lateLookMs, type SeenRun, watchRun } from '../watch-run.ts';

type InHand = ActionInHand<LambdaAction>;

const targetOf = ({ wave, due }: InHand) => targetOfAction(wave.definition, due.action);

/** The stream names the execution, also of a wave that was stopped while Lambda was being asked. */
const sayStarted = async (ports: ActionPorts, inHand: InHand, durableExecutionArn: string): Promise<void> => {
  const { due } = inHand;
  const said = await say(inHand, 'CLAIMED', (current, now) =>
    startedAction(current, due, now, { durableExecutionArn }),
  );
  const known = said.wave.state.actions[actionKey(due.stage, due.action.actionId)];
  // Its claim was given up meanwhile: nobody waits for this execution any more.
  if (said.facts.length === 0 && known?.durableExecutionArn !== durableExecutionArn)
    await ports.functions.stopDurable(targetOf(inHand), durableExecutionArn, stopReason(said.wave));
};

/** What a claim has started; undefined where Lambda shows nothing, null where it does not say. */
const found = async (ports: ActionPorts, inHand: InHand): Promise<string | undefined | null> => {
  try {
    const { function: name } = inHand.due.action;
    return await ports.functions.findDurable(targetOf(inHand), name, tokenOf(inHand));
  } catch (error) {
    const { executionId, waveId } = inHand.session;
    const about = { executionId, waveId, name: tokenOf(inHand), error: String(error) };
    ports.log.warn('Lambda does not say whether it started a durable execution', about);
    return null;
  }
};

const fail = async (inHand: InHand, cause: 'failed' | 'refused', message: string): Promise<number> => {
  const status = inHand.due.state?.status === 'CLAIMED' ? 'CLAIMED' : 'not started';
  await say(inHand, status, (current) => failedAction(current, inHand.due, cause, message));
  return Infinity;
};

/**
 * A name starts an execution at most once, whoever asks how often: what a claim has started is looked for, and asked
 * for again under the same name where Lambda shows nothing.
 */
const start: ActionEffects<LambdaAction>['start'] = async (ports, inHand, { claim, pace, mayStart }) => {
  const { session, due } = inHand;
  const place = paceOfFunctions(targetOf(inHand));
  const waitMs = await awaitTurn(ports.store, place, tokenOf(inHand), ports.clock.now(), pace);
  if (waitMs > 0) return comeBack(ports, claim, inHand, waitMs);
  const isRepeat = due.state?.status === 'CLAIMED';
  if (isRepeat) {
    const known = await found(ports, inHand);
    if (known === null) return claim.findAgainMs;
    if (known !== undefined) await sayStarted(ports, inHand, known);
    if (known !== undefined || !mayStart) return Infinity;
  }
  const { payload, unknown } = await invocationOf(ports, inHand);
  if (unknown.length > 0)
    return (
      (await awaitFacts(ports, claim, inHand)) ??
      fail(inHand, 'refused', `not started, since ${missingFacts(unknown)}`)
    );
  if (!isRepeat && !(await claimStart(inHand))) return claim.findAgainMs;
  const { executionId, waveId } = session;
  const name = tokenOf(inHand);
  await noteOwner(ports.store, name, { executionId, waveId });
  const asked = { functionName: due.action.function, payload };
  const answer = await ports.functions.startDurable(targetOf(inHand), asked, name);
  if (answer.status === 'started') {
    await sayStarted(ports, inHand, answer.durableExecutionArn);
    return Infinity;
  }
  const isRefused = answer.status === 'refused' && (!isRepeat || isOver(inHand, 'quarantine'));
  const isLate = isRepeat && claimAgeMs(inHand, ports.clock.now()) >= claim.giveUpMs;
  if (isRefused || isLate) {
    // A request without an answer may have started it, and another try would start it again under another name.
    await say(inHand, 'CLAIMED', (current) =>
      failedAction(current, due, isRefused ? 'refused' : 'failed', answer.message, { final: true }),
    );
    return Infinity;
  }
  if (answer.status === 'refused') {
    await awaitEnd(ports, claim, inHand, 'quarantine', claim.findAgainMs);
    return claim.findAgainMs;
  }
  const delayMs = await putOff(ports.store, place, name, ports.clock.now(), pace);
  return comeBack(ports, claim, inHand, delayMs);
};

const seenRun = (execution: DurableExecution | undefined): SeenRun => {
  if (execution?.status === 'succeeded')
    return { is: 'succeeded', outputs: outputsOfResult(execution.result ?? '') };
  if (execution?.status !== 'failed') return { is: 'running' };
  const { lambdaStatus, failure } = execution;
  const message = `the durable execution ended as ${lambdaStatus}${failure === undefined ? '' : `: ${failure}`}`;
  return { is: 'failed', wasStopped: lambdaStatus === 'STOPPED', message };
};

/** Asks Lambda how an execution is. */
const watch: ActionEffects<LambdaAction>['watch'] = async (ports, inHand) => {
  const arn = inHand.due.state?.durableExecutionArn ?? '';
  const target = targetOf(inHand);
  const seen = seenRun(await ports.functions.describeDurable(target, arn));
  await watchRun(ports, inHand, 'the durable execution', seen, () =>
    ports.functions.stopDurable(target, arn, 'its time is up'),
  );
};

/** A claim is left alone until whoever made it can no longer ask Lambda; what it started is stopped. */
const stop: ActionEffects<LambdaAction>['stop'] = async (ports, inHand, { claim }) => {
  const { wave, due } = inHand;
  const reason = stopReason(wave);
  const isClaimed = due.state?.status === 'CLAIMED';
  if (!isClaimed) {
    const arn = due.state?.durableExecutionArn;
    if (arn !== undefined) await ports.functions.stopDurable(targetOf(inHand), arn, reason);
    await sayStopped(inHand);
    return Infinity;
  }
  const known = await found(ports, inHand);
  if (known != null) {
    await ports.functions.stopDurable(targetOf(inHand), known, reason);
    await say(inHand, 'CLAIMED', (current) => failedAction(current, due, 'stopped', reason));
    return Infinity;
  }
  const isLate = claimAgeMs(inHand, ports.clock.now()) >= claim.giveUpMs;
  if (isLate || (known === undefined && isOver(inHand, 'quarantine'))) {
    const unsaid =
      known === null
        ? `; Lambda does not say whether the durable execution ${tokenOf(inHand)} was started: look there, and stop it`
        : '';
    await say(inHand, 'CLAIMED', (current) => failedAction(current, due, 'stopped', `${reason}${unsaid}`));
    return Infinity;
  }
  await awaitEnd(ports, claim, inHand, 'quarantine', claim.findAgainMs);
  return claim.findAgainMs;
};

export const durable: ActionEffects<LambdaAction> = {
  ...{ start, watch, stop },
  lookAgainMs: (_action, leftMs, isLate, { lookMs }) => (isLate ? lateLookMs : Math.min(leftMs, lookMs)),
};
