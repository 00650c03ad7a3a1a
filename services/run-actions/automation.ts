import type { WaveFact } from '../../contracts/wave-events.ts';
import { resolveParameters, type RecoveredServer } from '../domain/parameter-reference.ts';
import type { Wave } from '../domain/wave.ts';
import { uuidOf } from '../kernel/canonical.ts';
import type { AutomationService } from '../ports/automation-service.ts';
import type { Clock } from '../ports/clock.ts';
import type { RecordStore } from '../ports/record-store.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import type { WaveSession } from '../streams/wave-session.ts';
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

/** Starts an action's runbook, or says that SSM refuses it. `later` when SSM is too busy to say. */
export const startAutomation = async (
  ports: AutomationPorts,
  session: WaveSession,
  wave: Wave,
  due: DueAction,
): Promise<'started' | 'refused' | 'later'> => {
  if (due.action.kind !== 'automation') return 'refused';
  const { document, documentVersion, parameters } = due.action;
  const { executionId, waveId } = session;
  const context = {
    executionId,
    mode: wave.mode,
    planId: session.execution.planId,
    wave: wave.definition,
    servers: await recoveredServers(ports, wave),
  };
  const answer = await ports.automation.start(wave.definition.target, {
    document,
    ...(documentVersion !== undefined && { documentVersion }),
    parameters: resolveParameters(parameters, context),
    clientToken: uuidOf(
      [executionId, waveId, wave.state.attempt, due.stage, due.action.actionId, tryNumberOf(due)].join('/'),
    ),
    tags: { 'groundswell:execution': executionId, 'groundswell:wave': waveId },
  });
  if (answer.status === 'later') return 'later';
  if (answer.status === 'refused') {
    await say(session, due, 'not started', (current) =>
      failedAction(current, due, 'refused', answer.message),
    );
    return 'refused';
  }
  const { automationExecutionId } = answer;
  await ports.store.write({ kind: 'automation', id: automationExecutionId }, { executionId, waveId }, 0);
  await say(session, due, 'not started', (current, now) =>
    startedAction(current, due, now, automationExecutionId),
  );
  return 'started';
};

/** Asks SSM how a running automation is; one that takes too long is really stopped. */
export const lookAtAutomation = async (
  ports: AutomationPorts,
  session: WaveSession,
  wave: Wave,
  due: DueAction,
): Promise<void> => {
  const id = due.state?.automationExecutionId ?? '';
  const automation = await ports.automation.describe(wave.definition.target, id);
  if (automation?.status === 'succeeded') {
    const outputs = Object.fromEntries(
      Object.entries(automation.outputs).map(([name, values]) => [name, [...values]]),
    );
    await say(session, due, 'RUNNING', (current) => completedAction(current, due, { outputs }));
  } else if (automation?.status === 'failed') {
    const message = automation.failure ?? `the automation ended as ${automation.ssmStatus}`;
    await say(session, due, 'RUNNING', (current) => failedAction(current, due, 'failed', message));
  } else if (ports.clock.now() >= (due.state?.endsBy ?? Infinity)) {
    await ports.automation.stop(wave.definition.target, id);
    await say(session, due, 'RUNNING', (current) =>
      failedAction(current, due, 'timed-out', 'the automation took too long and was stopped'),
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
  if (id !== undefined) await ports.automation.stop(wave.definition.target, id);
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
