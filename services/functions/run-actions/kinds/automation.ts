import type { AutomationAction } from '../../../../contracts/actions/automation.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import { actionKey } from '../../../core/domain/wave/state.ts';
import type { AutomationExecution, AutomationRequest } from '../../../core/ports/automation-service.ts';
import type { ActionEffects, ActionPorts, StartKnobs } from '../action-effects.ts';
import { boundedOutputs } from '../../../core/domain/bounded-outputs.ts';
import {
  askAboutClaim,
  awaitFacts,
  claimAgeMs,
  type ClaimKnobs,
  claimStart,
  comeBack,
  findClaimed,
  isOver,
  missingFacts,
  tokenOf,
} from '../claim.ts';
import { say, sayStopped, stopReason, type ActionInHand } from '../in-hand.ts';
import { awaitTurn, putOff } from '../pace.ts';
import { failedAction, startedAction } from '../../../core/domain/wave/actions.ts';
import { toldParameters } from '../told-parameters.ts';
import { lateLookMs, type SeenRun, watchRun } from '../watch-run.ts';

type InHand = ActionInHand<AutomationAction>;

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

/** Facts that nobody says fail an action that is not claimed: a handler that knows them and claims it meanwhile is the faster. */
const withoutFacts = async (inHand: ActionInHand, message: string): Promise<number> => {
  if (inHand.due.state?.status === 'CLAIMED') return giveUpClaim(inHand, message);
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
  if (waitMs > 0) return comeBack(ports, claim, inHand, waitMs);
  if (isRepeat) {
    const found = await findClaimed(ports, claim, inHand);
    if (found.is === 'started') await sayStarted(ports, inHand, found.automationExecutionId);
    if (found.is === 'started' || !mayStart) return found.is === 'unclear' ? claim.findAgainMs : Infinity;
  }
  const { request, unknown } = await requestOf(ports, inHand, action, clientToken);
  if (unknown.length > 0)
    return (await awaitFacts(ports, claim, inHand)) ?? withoutFacts(inHand, missingFacts(unknown));
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

const seenRun = (automation: AutomationExecution | undefined): SeenRun => {
  if (automation?.status === 'succeeded')
    return { is: 'succeeded', outputs: boundedOutputs(automation.outputs) };
  if (automation?.status !== 'failed') return { is: 'running' };
  const { ssmStatus, failure } = automation;
  const message = failure ?? `the automation ended as ${ssmStatus}`;
  return { is: 'failed', wasStopped: ssmStatus === 'Cancelled', message };
};

/** Asks SSM how a running automation is. */
const watch = async (ports: ActionPorts, inHand: InHand): Promise<void> => {
  const { wave, due } = inHand;
  const id = due.state?.automationExecutionId ?? '';
  const target = targetOfAction(wave.definition, due.action);
  const seen = seenRun(await ports.automation.describe(target, id));
  await watchRun(ports, inHand, 'the automation', seen, () => ports.automation.stop(target, id));
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
