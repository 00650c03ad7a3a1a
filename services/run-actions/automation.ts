import type { WaveFact } from '../../contracts/wave-events.ts';
import { resolveParameters, type RecoveredServer } from '../domain/parameter-reference.ts';
import { targetOfAction, type Wave } from '../domain/wave.ts';
import { actionKey } from '../domain/wave-state.ts';
import { uuidOf } from '../kernel/canonical.ts';
import type { AutomationService } from '../ports/automation-service.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { learnAction } from '../streams/durations.ts';
import type { WaveSession } from '../streams/wave-session.ts';
import { awaitTurn, putOff, type PaceKnobs } from './pace.ts';
import {
  completedAction,
  failedAction,
  startedAction,
  stillDue,
  tryNumberOf,
  type DueAction,
} from './next-actions.ts';

interface AutomationPorts {
  readonly automation: AutomationService;
  readonly recovery: RecoveryService;
  readonly store: RecordStore;
  readonly clock: Clock;
}

const say = (
  session: WaveSession,
  due: DueAction,
  status: 'RUNNING' | 'not started',
  fact: (wave: Wave, now: number) => WaveFact,
) => session.change((wave, now) => (stillDue(wave, due, status) ? [fact(wave, now)] : []));

/** After its time-out an automation has so long to come to rest; one that does not is left to people. */
const stopGraceMs = 10 * 60_000;

/** Starts an action's runbook when its turn has come, or says that SSM refuses it. Gives the delay until the next look. */
export const startAutomation = async (
  ports: AutomationPorts,
  session: WaveSession,
  wave: Wave,
  due: DueAction,
  pace: PaceKnobs,
): Promise<number> => {
  if (due.action.kind !== 'automation') return Infinity;
  const { document, documentVersion, parameters, assumeRole } = due.action;
  const { executionId, waveId } = session;
  const target = targetOfAction(wave.definition, due.action);
  const clientToken = uuidOf(
    [executionId, waveId, wave.state.attempt, due.stage, due.action.actionId, tryNumberOf(due)].join('/'),
  );
  const waitMs = await awaitTurn(ports.store, target, clientToken, ports.clock.now(), pace);
  if (waitMs > 0) return waitMs;
  const context = {
    executionId,
    mode: wave.mode,
    planId: session.execution.planId,
    wave: wave.definition,
    servers: await recoveredServers(ports, wave),
  };
  const answer = await ports.automation.start(target, {
    document,
    ...(documentVersion !== undefined && { documentVersion }),
    parameters: {
      ...resolveParameters(parameters, context),
      ...(assumeRole !== undefined && { AutomationAssumeRole: [assumeRole] }),
    },
    clientToken,
    tags: { 'groundswell:execution': executionId, 'groundswell:wave': waveId },
  });
  if (answer.status === 'later') return putOff(ports.store, target, clientToken, ports.clock.now(), pace);
  if (answer.status === 'refused') {
    await say(session, due, 'not started', (current) =>
      failedAction(current, due, 'refused', answer.message),
    );
    return Infinity;
  }
  const { automationExecutionId } = answer;
  await ports.store.write({ kind: 'automation', id: automationExecutionId }, { executionId, waveId }, 0);
  const said = await say(session, due, 'not started', (current, now) =>
    startedAction(current, due, now, automationExecutionId),
  );
  // The wave was stopped while SSM was being asked: nobody waits for this automation any more.
  const known = said.wave.state.actions[actionKey(due.stage, due.action.actionId)];
  if (said.facts.length === 0 && known?.automationExecutionId !== automationExecutionId)
    await ports.automation.stop(target, automationExecutionId);
  return Infinity;
};

/** Asks SSM how a running automation is; one that takes too long is really stopped. */
export const lookAtAutomation = async (
  ports: AutomationPorts,
  session: WaveSession,
  wave: Wave,
  due: DueAction,
): Promise<void> => {
  const id = due.state?.automationExecutionId ?? '';
  const target = targetOfAction(wave.definition, due.action);
  const automation = await ports.automation.describe(target, id);
  const lateMs = ports.clock.now() - (due.state?.endsBy ?? Infinity);
  if (automation?.status === 'succeeded') {
    const outputs = Object.fromEntries(
      Object.entries(automation.outputs).map(([name, values]) => [name, [...values]]),
    );
    const said = await say(session, due, 'RUNNING', (current) => completedAction(current, due, { outputs }));
    if (said.facts.length > 0 && due.state !== undefined)
      await learnAction(
        ports.store,
        session.execution.planId,
        session.waveId,
        due.action.actionId,
        ports.clock.now() - due.state.startedAt,
      );
  } else if (automation?.status === 'failed') {
    const isStopped = lateMs >= 0 && automation.ssmStatus === 'Cancelled';
    const message = automation.failure ?? `the automation ended as ${automation.ssmStatus}`;
    await say(session, due, 'RUNNING', (current) =>
      isStopped
        ? failedAction(current, due, 'timed-out', 'the automation took too long and was stopped')
        : failedAction(current, due, 'failed', message),
    );
  } else if (lateMs >= 0) {
    await ports.automation.stop(target, id);
    // Only what has come to rest is tried again: two runs of one runbook may harm each other.
    if (lateMs >= stopGraceMs)
      await say(session, due, 'RUNNING', (current) =>
        failedAction(current, due, 'timed-out', 'the automation took too long and does not stop', {
          final: true,
        }),
      );
  }
};

/** Stops what a stopped wave still runs; waits and approvals just end. */
export const stopAutomation = async (
  ports: AutomationPorts,
  session: WaveSession,
  wave: Wave,
  due: DueAction,
): Promise<void> => {
  const id = due.state?.automationExecutionId;
  if (id !== undefined) await ports.automation.stop(targetOfAction(wave.definition, due.action), id);
  await say(session, due, 'RUNNING', (current) =>
    failedAction(current, due, 'stopped', wave.state.stopped ?? 'the wave was stopped'),
  );
};

const recoveredServers = async (ports: AutomationPorts, wave: Wave): Promise<readonly RecoveredServer[]> => {
  const launched = wave.definition.servers.flatMap((server) => {
    const result = wave.state.results[server.sourceServerId];
    return result?.launchResult === 'LAUNCHED' ? [{ server, instanceId: result.instanceId }] : [];
  });
  const ids = launched.flatMap(({ instanceId }) => instanceId ?? []);
  const instances =
    ids.length === 0 ? [] : await ports.recovery.describeInstances(wave.definition.target, ids);
  return launched.map(({ server: { sourceServerId, name, tags }, instanceId }) => {
    const facts = instances.find((instance) => instance.instanceId === instanceId);
    return {
      sourceServerId,
      name,
      tags: tags ?? {},
      ...(instanceId !== undefined && { instanceId }),
      ...facts,
    };
  });
};
