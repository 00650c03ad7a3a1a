import type { AutomationAction } from '../../../../contracts/actions/automation.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import { actionKey } from '../../../core/domain/wave/state.ts';
import type { AutomationRequest } from '../../../core/ports/automation-service.ts';
import type { ActionEffects, ActionPorts, StartKnobs } from '../action-effects.ts';
import { boundedOutputs } from '../../../core/domain/bounded-outputs.ts';
import {
  askAboutClaim,
  awaitEnd,
  claimAgeMs,
  claimStart,
  findClaimed,
  isOver,
  tokenOf,
  type ClaimKnobs,
} from '../claim.ts';
import { say, sayStopped, stopReason, type ActionInHand } from '../in-hand.ts';
import { awaitTurn, putOff } from '../pace.ts';
import { completedAction, failedAction, startedAction } from '../../../core/domain/wave/actions.ts';
import { learnDuration } from '../learn-duration.ts';
import { toldParameters } from '../told-parameters.ts';

type InHand = ActionInHand<AutomationAction>;

/** Between looks at an automation that was told to stop. */
const lateLookMs = 10_000;

/** After its time-out an automation has this long to finish; one that does not is left to people. */
const stopGraceMs = 10 * 60_000;

/** The stream names the automation, also of a wave that was stopped while SSM was being asked. */
const sayStarted = async (
  ports: ActionPorts,
  inHand: ActionInHand,
  automationExecutionId: string,
): Promise<void> => {
  const { session, wave, due } = inHand;
  const { executionId, waveId } = session;
  await ports.store.write({ kind: 'automation', id: automationExecutionId }, { executionId, waveId }, 0);
  const said = await say(inHand, 'CLAIMED', (current, now) =>
    startedAction(current, due, now, { automationExecutionId }),
  );
  const known = said.wave.state.actions[actionKey(due.stage, due.action.actionId)];
  // Its claim was given up meanwhile: nobody waits for this automation any more.
  if (said.facts.length === 0 && known?.automationExecutionId !== automationExecutionId)
    await ports.automation.stop(targetOfAction(wave.definition, due.action), automationExecutionId);
};

/** What SSM is to be asked, and what of it nobody knows yet. */
const requestOf = async (
  ports: ActionPorts,
  inHand: ActionInHand,
  { document, documentVersion, parameters, assumeRole }: AutomationAction,
  clientToken: string,
): Promise<{ readonly request: AutomationRequest; readonly unknown: readonly string[] }> => {
  const { executionId, waveId } = inHand.session;
  const told = await toldParameters(ports, inHand, parameters);
  const request = {
    document,
    ...(documentVersion !== undefined && { documentVersion }),
    parameters: {
      ...told.parameters,
      ...(assumeRole !== undefined && { AutomationAssumeRole: [assumeRole] }),
    },
    clientToken,
    tags: { 'groundswell:execution': executionId, 'groundswell:wave': waveId },
  };
  return { request, unknown: told.unknown };
};

/** SSM has not said for so long what came of a claim that people have to look. */
const giveUpClaim = async (inHand: ActionInHand, why: string): Promise<number> => {
  await say(inHand, 'CLAIMED', (current) => [
    failedAction(current, inHand.due, 'failed', why, { final: true }),
    askAboutClaim({ ...inHand, wave: current }, why),
  ]);
  return Infinity;
};

/**
 * EC2 and DRS show a new instance a moment late. One that they never show, such as one terminated since, fails the
 * action, which nobody has claimed: a handler that knows the facts and claims it meanwhile is the faster.
 */
const awaitFacts = async (
  ports: ActionPorts,
  inHand: ActionInHand,
  unknown: readonly string[],
  claim: ClaimKnobs,
): Promise<number> => {
  const message = `neither DRS nor EC2 says ${unknown.join(', ')}`;
  if (inHand.due.state?.status === 'CLAIMED')
    return claimAgeMs(inHand, ports.clock.now()) < claim.giveUpMs
      ? claim.findAgainMs
      : giveUpClaim(inHand, message);
  if (!isOver(inHand, 'facts')) {
    await awaitEnd(ports, claim, inHand, 'facts', claim.findAgainMs);
    return claim.findAgainMs;
  }
  await say(inHand, 'not started', (current) =>
    failedAction(current, inHand.due, 'refused', `not started, since ${message}`),
  );
  return Infinity;
};

/**
 * Starts an action's runbook when its turn has come, or says that SSM refuses it. SSM is asked only after the claim:
 * whoever finds a claim without an outcome looks for what it started, and asks again only if nothing is found. Gives the delay until the next look.
 */
const start = async (
  ports: ActionPorts,
  inHand: InHand,
  { pace, claim, mayStart }: StartKnobs,
): Promise<number> => {
  const { wave, due } = inHand;
  const { action } = due;
  const target = targetOfAction(wave.definition, action);
  const clientToken = tokenOf(inHand);
  const isRepeat = due.state?.status === 'CLAIMED';
  const waitMs = await awaitTurn(ports.store, target, clientToken, ports.clock.now(), pace);
  if (waitMs > 0 && isOver(inHand, 'quarantine')) await awaitEnd(ports, claim, inHand, 'quarantine', waitMs);
  if (waitMs > 0) return waitMs;
  if (isRepeat) {
    const found = await findClaimed(ports, claim, inHand);
    if (found.is === 'started') await sayStarted(ports, inHand, found.automationExecutionId);
    if (found.is === 'started' || !mayStart) return found.is === 'unclear' ? claim.findAgainMs : Infinity;
  }
  const { request, unknown } = await requestOf(ports, inHand, action, clientToken);
  if (unknown.length > 0) return awaitFacts(ports, inHand, unknown, claim);
  if (!isRepeat && !(await claimStart(inHand))) return claim.findAgainMs;
  const answer = await ports.automation.start(target, request);
  if (answer.status === 'started') {
    await sayStarted(ports, inHand, answer.automationExecutionId);
    return Infinity;
  }
  const ageMs = isRepeat ? claimAgeMs(inHand, ports.clock.now()) : 0;
  if (answer.status === 'used' && ageMs >= claim.giveUpMs) return giveUpClaim(inHand, answer.message);
  // A repeat that is refused proves nothing as long as the first may have been heard.
  const isRefused = answer.status === 'refused' && (!isRepeat || isOver(inHand, 'quarantine'));
  if (!isRefused) return putOff(ports.store, target, clientToken, ports.clock.now(), pace);
  await say(inHand, 'CLAIMED', (current) => failedAction(current, due, 'refused', answer.message));
  return Infinity;
};

/** Asks SSM how a running automation is; one that takes too long is really stopped. */
const watch = async (ports: ActionPorts, inHand: InHand): Promise<void> => {
  const { session, wave, due } = inHand;
  const id = due.state?.automationExecutionId ?? '';
  const target = targetOfAction(wave.definition, due.action);
  const automation = await ports.automation.describe(target, id);
  const lateMs = ports.clock.now() - (due.state?.endsBy ?? Infinity);
  if (automation?.status === 'succeeded') {
    const outputs = boundedOutputs(automation.outputs);
    const said = await say(inHand, 'RUNNING', (current) => completedAction(current, due, { outputs }));
    if (said.facts.length > 0) await learnDuration(ports, session, due.state);
  } else if (automation?.status === 'failed') {
    const isStopped = lateMs >= 0 && automation.ssmStatus === 'Cancelled';
    const message = automation.failure ?? `the automation ended as ${automation.ssmStatus}`;
    await say(inHand, 'RUNNING', (current) =>
      isStopped
        ? failedAction(current, due, 'timed-out', 'the automation took too long and was stopped')
        : failedAction(current, due, 'failed', message),
    );
  } else if (lateMs >= 0) {
    await ports.automation.stop(target, id);
    // Only what has finished is tried again: two runs of one runbook may harm each other.
    if (lateMs >= stopGraceMs)
      await say(inHand, 'RUNNING', (current) =>
        failedAction(current, due, 'timed-out', 'the automation took too long and does not stop', {
          final: true,
        }),
      );
  }
};

const stopRunning = async (
  ports: ActionPorts,
  inHand: ActionInHand,
  id: string | undefined,
): Promise<void> => {
  const { wave, due } = inHand;
  if (id !== undefined) await ports.automation.stop(targetOfAction(wave.definition, due.action), id);
  await sayStopped(inHand);
};

/** A wave that was stopped while SSM was being asked ends only when it is known what came of that. */
const stopClaimed = async (ports: ActionPorts, inHand: ActionInHand, claim: ClaimKnobs): Promise<number> => {
  const { wave, due } = inHand;
  const found = await findClaimed(ports, claim, inHand);
  if (found.is === 'unclear') return claim.findAgainMs;
  if (found.is === 'started') {
    await sayStarted(ports, inHand, found.automationExecutionId);
    await stopRunning(ports, inHand, found.automationExecutionId);
    return Infinity;
  }
  await say(inHand, 'CLAIMED', (current) => [
    failedAction(current, due, 'stopped', stopReason(wave)),
    ...(found.is === 'unknown' ? [askAboutClaim({ ...inHand, wave: current }, found.why)] : []),
  ]);
  return Infinity;
};

export const automation: ActionEffects<AutomationAction> = {
  start,
  watch,
  // A stopped wave ends only when nothing of it runs, or may.
  async stop(ports, inHand, { claim }) {
    const { state } = inHand.due;
    if (state?.status === 'CLAIMED') return stopClaimed(ports, inHand, claim);
    await stopRunning(ports, inHand, state?.automationExecutionId);
    return Infinity;
  },
  lookAgainMs: (_action, leftMs, isLate, { lookMs }) => (isLate ? lateLookMs : Math.min(leftMs, lookMs)),
};
