import type { WaveFact } from '../../contracts/wave-events.ts';
import { resolveParameters, type RecoveredServer } from '../domain/parameter-reference.ts';
import type { Wave } from '../domain/wave.ts';
import { backoffMs } from '../kernel/backoff.ts';
import { uuidOf } from '../kernel/canonical.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { AutomationService } from '../ports/automation-service.ts';
import type { Log } from '../ports/log.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import type { Wake } from '../ports/timers.ts';
import { readStartedWave, readWaveState, waveKind, type StartedWave } from '../streams/wave-stream.ts';
import {
  actionsToStop,
  answered,
  completedAction,
  dueActions,
  elapsed,
  failedAction,
  startedAction,
  stillDue,
  tryNumberOf,
  type ApprovalAnswer,
  type DueAction,
} from './next-actions.ts';

export interface ActionPorts extends TransactPorts {
  readonly automation: AutomationService;
  readonly recovery: RecoveryService;
  readonly log: Log;
}

export interface ActionKnobs {
  /** Between looks at automations that no status event has announced the end of; SSM answers 3 a second. */
  readonly lookMs: number;
  /** SSM starts one automation a second; a refused start comes again after this, growing. */
  readonly startAgainMs: number;
}

export const actionKnobs: ActionKnobs = { lookMs: 30_000, startAgainMs: 2_000 };

/**
 * Runs the actions that a wave waits for: starts those that are due, asks SSM about those that run,
 * ends waits and approvals by time, and stops what a cancelled wave still runs. Starting is idempotent:
 * the client token follows from execution, wave, action and try, so a repeat gives the first one's id.
 */
export const createRunActions = (ports: ActionPorts, knobs: ActionKnobs = actionKnobs) => {
  const transact = createTransact('run-actions', ports, waveKind);

  const run = async (wake: Wake, causationId: string): Promise<void> => {
    if (wake.waveId === undefined) return;
    const started = await readStartedWave(ports.store, wake.executionId, wake.waveId);
    if (started === undefined) return;
    const wave = started.at(await readWaveState(ports.store, wake.executionId, wake.waveId));
    for (const due of actionsToStop(wave)) await stop(started, wave, due, causationId);
    for (const due of dueActions(wave)) await look(started, wave, due, causationId);
    await setTimer(started, causationId);
  };

  /** Acts on an approver's answer. An answer that comes too late, or from somebody else, changes nothing. */
  const answer = async (wake: Wake, given: ApprovalAnswer, causationId: string): Promise<void> => {
    if (wake.waveId === undefined) return;
    const started = await readStartedWave(ports.store, wake.executionId, wake.waveId);
    if (started === undefined) return;
    const { facts } = await transact(started.address, causationId, (state) =>
      answered(started.at(state), given),
    );
    if (facts.length === 0)
      ports.log.warn('an approval answer did not apply', {
        executionId: wake.executionId,
        waveId: wake.waveId,
        actionId: given.actionId,
        by: given.by,
      });
  };

  return { run, answer };

  async function look(started: StartedWave, wave: Wave, due: DueAction, causationId: string): Promise<void> {
    if (due.state?.status !== 'RUNNING') return start(started, wave, due, causationId);
    if (due.action.kind !== 'automation')
      return say(started, causationId, due, (current, now) => elapsed(current, due, now));
    const id = due.state.automationExecutionId ?? '';
    const automation = await ports.automation.describe(wave.definition.target, id);
    if (automation?.status === 'succeeded') {
      const outputs = Object.fromEntries(
        Object.entries(automation.outputs).map(([name, values]) => [name, [...values]]),
      );
      return say(started, causationId, due, (current) => [completedAction(current, due, { outputs })]);
    }
    if (automation?.status === 'failed') {
      return say(started, causationId, due, (current) => [
        failedAction(
          current,
          due,
          'failed',
          automation.failure ?? `the automation ended as ${automation.ssmStatus}`,
        ),
      ]);
    }
    if (ports.clock.now() >= due.state.endsBy) {
      await ports.automation.stop(wave.definition.target, id);
      await say(started, causationId, due, (current) => [
        failedAction(current, due, 'timed-out', 'the automation took too long and was stopped'),
      ]);
    }
  }

  async function start(started: StartedWave, wave: Wave, due: DueAction, causationId: string): Promise<void> {
    const running =
      started.execution.status === 'RUNNING' || due.stage === 'onCancel' || due.stage === 'onFailure';
    if (!running) return;
    if (due.action.kind !== 'automation') return sayStart(started, causationId, due);
    const { document, documentVersion } = due.action;
    const answered = await ports.automation.start(wave.definition.target, {
      document,
      ...(documentVersion !== undefined && { documentVersion }),
      parameters: resolveParameters(due.action.parameters, {
        executionId: wave.executionId,
        mode: wave.mode,
        planId: started.execution.planId,
        wave: wave.definition,
        servers: await recoveredServers(wave),
      }),
      clientToken: uuidOf(
        `${wave.executionId}/${wave.definition.waveId}/${wave.state.attempt}/${due.stage}/${due.action.actionId}/${tryNumberOf(due)}`,
      ),
      tags: { 'groundswell:execution': wave.executionId, 'groundswell:wave': wave.definition.waveId },
    });
    if (answered.status === 'refused') return sayRefused(started, causationId, due, answered.message);
    if (answered.status === 'later') {
      const { executionId, waveId } = started.address;
      await ports.timers.set(
        { service: 'run-actions', executionId, ...(waveId !== undefined && { waveId }) },
        backoffMs({ firstMs: knobs.startAgainMs, factor: 2, maxMs: 30_000 }, tryNumberOf(due)),
      );
      return;
    }
    await ports.store.write(
      { kind: 'automation', id: answered.automationExecutionId },
      { executionId: wave.executionId, waveId: wave.definition.waveId },
      0,
    );
    await sayStart(started, causationId, due, answered.automationExecutionId);
  }

  async function stop(started: StartedWave, wave: Wave, due: DueAction, causationId: string): Promise<void> {
    if (due.state?.automationExecutionId !== undefined)
      await ports.automation.stop(wave.definition.target, due.state.automationExecutionId);
    await say(started, causationId, due, (current) => [
      failedAction(current, due, 'stopped', wave.state.stopped ?? 'the wave was stopped'),
    ]);
  }

  function sayStart(
    started: StartedWave,
    causationId: string,
    due: DueAction,
    automationExecutionId?: string,
  ): Promise<void> {
    return transact(started.address, causationId, (state, now) => {
      const wave = started.at(state);
      return stillDue(wave, due, 'not started') ? [startedAction(wave, due, now, automationExecutionId)] : [];
    }).then(() => undefined);
  }

  function sayRefused(
    started: StartedWave,
    causationId: string,
    due: DueAction,
    message: string,
  ): Promise<void> {
    return transact(started.address, causationId, (state) => {
      const wave = started.at(state);
      return stillDue(wave, due, 'not started') ? [failedAction(wave, due, 'refused', message)] : [];
    }).then(() => undefined);
  }

  async function say(
    started: StartedWave,
    causationId: string,
    due: DueAction,
    facts: (wave: Wave, now: number) => readonly WaveFact[],
  ): Promise<void> {
    await transact(started.address, causationId, (state, now) => {
      const wave = started.at(state);
      return stillDue(wave, due, 'RUNNING') ? facts(wave, now) : [];
    });
  }

  /** One timer per wave, for the earliest of what its running actions wait for. */
  async function setTimer(started: StartedWave, causationId: string): Promise<void> {
    const { state } = await transact(started.address, causationId, () => []);
    const now = ports.clock.now();
    const delays = dueActions(started.at(state)).flatMap(({ action, state: progress }) => {
      if (progress?.status !== 'RUNNING') return [];
      const left = Math.max(1_000, progress.endsBy - now);
      return [action.kind === 'automation' ? Math.min(left, knobs.lookMs) : left];
    });
    const { executionId, waveId } = started.address;
    if (delays.length > 0)
      await ports.timers.set(
        { service: 'run-actions', executionId, ...(waveId !== undefined && { waveId }) },
        Math.min(...delays),
      );
  }

  async function recoveredServers(wave: Wave): Promise<readonly RecoveredServer[]> {
    const launched = wave.definition.servers.flatMap((server) => {
      const result = wave.state.results[server.sourceServerId];
      return result?.launchResult === 'LAUNCHED' ? [{ server, instanceId: result.instanceId }] : [];
    });
    const ids = launched.flatMap(({ instanceId }) => instanceId ?? []);
    const instances =
      ids.length === 0 ? [] : await ports.recovery.describeInstances(wave.definition.target, ids);
    return launched.map(({ server, instanceId }) => {
      const facts = instances.find((instance) => instance.instanceId === instanceId);
      return {
        sourceServerId: server.sourceServerId,
        name: server.name,
        tags: server.tags ?? {},
        ...(instanceId !== undefined && { instanceId }),
        ...facts,
      };
    });
  }
};
