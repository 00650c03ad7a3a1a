import type { ExecutionState } from '../domain/execution-state.ts';
import { stageOf } from '../domain/wave.ts';
import type { StreamRecord } from '../kernel/stream.ts';
import { executionStream, waveStream } from '../kernel/stream.ts';
import { emptyLedger, type CapacityLedger, type CapacityLimits } from '../domain/capacity.ts';
import { contractOf } from '../../contracts/catalogue.ts';
import type { Log } from '../ports/log.ts';
import type { RecordStore, StoredRecord } from '../ports/record-store.ts';
import type { ServiceName, Timers, Wake } from '../ports/timers.ts';
import { giveCapacityBack } from '../streams/capacity.ts';
import { executionKind, hasEnded, readExecution } from '../streams/execution-stream.ts';
import { readStartedWave, readWaveState } from '../streams/wave-stream.ts';

export interface ReconcilePorts {
  readonly store: RecordStore;
  readonly timers: Timers;
  readonly log: Log;
}

export interface ReconcileKnobs {
  /** Between two looks at an open execution. */
  readonly lookAgainMs: number;
  readonly limits: CapacityLimits;
}

export const reconcileKnobs: ReconcileKnobs = {
  lookAgainMs: 120_000,
  limits: { jobsMax: 20, serversMax: 500 },
};

/**
 * Finds what was lost. Whatever state an execution is in, something has to wake it: an event in flight,
 * a timer, or this. It decides nothing and calls no AWS service; it wakes the service whose turn it is
 * by a timer, which leaves alone a timer that is still to fire. When an execution has ended and every
 * event of it is published, its books are closed.
 */
export const createReconcile = (ports: ReconcilePorts, knobs: ReconcileKnobs = reconcileKnobs) => {
  /** Looks over one execution, and sets the timer for the next look while its books are open. */
  const reconcile = async (wake: Wake): Promise<void> => {
    const { executionId } = wake;
    const execution = await readExecution(ports.store, executionId);
    if (execution.status === 'NONE') return;
    const unpublished = await wakeSpeakers(executionId, execution);
    if (hasEnded(execution)) {
      if (unpublished === 0) return closeBooks(executionId);
    } else {
      await wakeWhoseTurnItIs(executionId, execution);
    }
    await ports.timers.set({ service: 'reconcile', executionId }, knobs.lookAgainMs);
  };

  /** Looks over all open executions, should their own timers be lost, and over all capacity. */
  const sweep = async (): Promise<void> => {
    for (const { executionId } of await ports.store.openExecutions())
      await ports.timers.ensure({ service: 'reconcile', executionId }, 0);
    for (const ledger of await ports.store.list('capacity', '')) await giveUnusedBack(ledger);
  };

  return { reconcile, sweep };

  async function wakeSpeakers(executionId: string, execution: ExecutionState): Promise<number> {
    const waves = Object.keys(execution.waves).map((waveId) => ({
      waveId,
      stream: waveStream(executionId, waveId),
    }));
    const streams: readonly { stream: string; waveId?: string }[] = [
      { stream: executionStream(executionId) },
      ...waves,
    ];
    let unpublished = 0;
    for (const { stream, waveId } of streams) {
      const stored = await readStream(stream);
      const speakers = new Set(
        (stored?.body.outbox ?? []).map((event) => contractOf(event.type)?.saidBy ?? ''),
      );
      unpublished += stored?.body.outbox.length ?? 0;
      for (const speaker of speakers) {
        const service = (speaker === 'any' ? 'advance-execution' : speaker) as ServiceName;
        await ports.timers.ensure({ service, executionId, ...(waveId !== undefined && { waveId }) }, 0);
      }
    }
    return unpublished;
  }

  async function wakeWhoseTurnItIs(executionId: string, execution: ExecutionState): Promise<void> {
    if (execution.status === 'REQUESTED')
      return ports.timers.ensure({ service: 'accept-execution', executionId }, 0);
    await ports.timers.ensure({ service: 'advance-execution', executionId }, 0);
    for (const [waveId, progress] of Object.entries(execution.waves)) {
      if (progress.status !== 'STARTED') continue;
      for (const service of await turnsOf(executionId, waveId))
        await ports.timers.ensure({ service, executionId, waveId }, 0);
    }
  }

  async function turnsOf(executionId: string, waveId: string): Promise<readonly ServiceName[]> {
    const started = await readStartedWave(ports.store, executionId, waveId);
    if (started === undefined) return [];
    const wave = started.at(await readWaveState(ports.store, executionId, waveId));
    const { stage } = stageOf(wave);
    if (stage === 'settled') return ['advance-execution'];
    if (stage !== 'recover') return ['run-actions'];
    return [
      ...(wave.state.jobs.some((job) => job.status === 'STARTED') ? (['watch-jobs'] as const) : []),
      'launch-wave',
      ...(wave.state.stopped === undefined ? [] : (['run-actions'] as const)),
    ];
  }

  function readStream(stream: string): Promise<StoredRecord<StreamRecord<unknown>> | undefined> {
    return ports.store.read<StreamRecord<unknown>>({ kind: 'stream', id: stream });
  }

  async function closeBooks(executionId: string): Promise<void> {
    const key = { kind: 'stream' as const, id: executionStream(executionId) };
    const stored = await ports.store.read<StreamRecord<ExecutionState>>(key);
    const index = stored && executionKind.indexOf?.(executionId, stored.body.state);
    if (stored === undefined || index === undefined) return;
    const written = await ports.store.write(key, stored.body, stored.revision, { ...index, open: false });
    if (written === 'conflict')
      await ports.timers.set({ service: 'reconcile', executionId }, knobs.lookAgainMs);
  }

  /** A hold whose wave no longer runs was left by a crash between a job's end and giving it back. */
  async function giveUnusedBack(ledgerId: string): Promise<void> {
    const stored = await ports.store.read<CapacityLedger>({ kind: 'capacity', id: ledgerId });
    const ledger = stored?.body ?? emptyLedger;
    const unused = new Set<string>();
    for (const hold of [...ledger.holds, ...ledger.waiting]) {
      const progress = (await readExecution(ports.store, hold.executionId)).waves[hold.waveId];
      if (progress?.status !== 'STARTED') unused.add(hold.holdId);
    }
    if (unused.size === 0) return;
    ports.log.warn('capacity was held by waves that no longer run', { ledgerId, holds: [...unused] });
    const [account = '', region = ''] = ledgerId.split('/');
    await giveCapacityBack(
      ports.store,
      ports.timers,
      { account, region },
      (hold) => unused.has(hold.holdId),
      knobs.limits,
    );
  }
};
