import { contractOf } from '../../contracts/catalogue.ts';
import { isBeforeStart, type ExecutionState } from '../domain/execution-state.ts';
import { stageOf } from '../domain/wave.ts';
import { executionStream, waveStream, type StreamRecord } from '../kernel/stream.ts';
import type { ServiceName, Wake } from '../ports/timers.ts';
import { executionKind, hasEnded, readExecution } from '../streams/execution-stream.ts';
import { readStartedWave, readWaveState } from '../streams/wave-stream.ts';
import type { ReconcileKnobs, ReconcilePorts } from './reconcile-ports.ts';
import { reconcileKnobs } from './reconcile-ports.ts';
import { giveUnusedCapacityBack } from './unused-capacity.ts';

/**
 * Finds what was lost. Whatever state an execution is in, something has to wake it: an event in flight,
 * a timer, or this. It decides nothing and calls no AWS service; it wakes the service whose turn it is
 * by a timer, which leaves alone a timer that is still to fire. When an execution has ended and every
 * event of it is published, its books are closed.
 */
export const createReconcile = (ports: ReconcilePorts, knobs: ReconcileKnobs = reconcileKnobs) => ({
  /** Looks over one execution, and sets the timer for the next look while its books are open. */
  reconcile: async ({ executionId }: Wake): Promise<void> => {
    const execution = await readExecution(ports.store, executionId);
    if (execution.status === 'NONE') return;
    const unpublished = await wakeSpeakers(ports, executionId, execution);
    if (!hasEnded(execution)) await wakeWhoseTurnItIs(ports, executionId, execution);
    else if (unpublished === 0 && (await closeBooks(ports, executionId))) return;
    await ports.timers.set({ service: 'reconcile', executionId }, knobs.lookAgainMs);
  },

  /** Looks over all open executions, should their own timers be lost, and over all capacity. */
  sweep: async (): Promise<void> => {
    for (const { executionId } of await ports.store.openExecutions()) {
      await ports.timers.ensure({ service: 'reconcile', executionId }, 0);
    }
    for (const ledgerId of await ports.store.list('capacity', ''))
      await giveUnusedCapacityBack(ports, knobs, ledgerId);
  },
});

/** Wakes every service that has events in an outbox; gives how many events that are. */
const wakeSpeakers = async (
  ports: ReconcilePorts,
  executionId: string,
  execution: ExecutionState,
): Promise<number> => {
  const waves = Object.keys(execution.waves).map((waveId) => ({
    waveId,
    stream: waveStream(executionId, waveId),
  }));
  const streams: readonly { readonly stream: string; readonly waveId?: string }[] = [
    { stream: executionStream(executionId) },
    ...waves,
  ];
  let unpublished = 0;
  for (const { stream, waveId } of streams) {
    const stored = await ports.store.read<StreamRecord<unknown>>({ kind: 'stream', id: stream });
    const outbox = stored?.body.outbox ?? [];
    unpublished += outbox.length;
    for (const speaker of new Set(outbox.map((event) => contractOf(event.type)?.saidBy ?? ''))) {
      const service = (speaker === 'any' ? 'advance-execution' : speaker) as ServiceName;
      await ports.timers.ensure({ service, executionId, ...(waveId !== undefined && { waveId }) }, 0);
    }
  }
  return unpublished;
};

const wakeWhoseTurnItIs = async (
  ports: ReconcilePorts,
  executionId: string,
  execution: ExecutionState,
): Promise<void> => {
  if (isBeforeStart(execution)) return ports.timers.ensure({ service: 'accept-execution', executionId }, 0);
  await ports.timers.ensure({ service: 'advance-execution', executionId }, 0);
  for (const [waveId, progress] of Object.entries(execution.waves)) {
    if (progress.status !== 'STARTED') continue;
    for (const service of await turnsOf(ports, executionId, waveId))
      await ports.timers.ensure({ service, executionId, waveId }, 0);
  }
};

/** The services that a started wave waits for. */
const turnsOf = async (
  ports: ReconcilePorts,
  executionId: string,
  waveId: string,
): Promise<readonly ServiceName[]> => {
  const started = await readStartedWave(ports.store, executionId, waveId);
  if (started === undefined) return [];
  const wave = started.at(await readWaveState(ports.store, executionId, waveId));
  const { stage } = stageOf(wave);
  if (stage === 'settled') return ['advance-execution'];
  if (stage !== 'recover') return ['run-actions'];
  const watched = wave.state.jobs.some((job) => job.status === 'STARTED');
  const stopped = wave.state.stopped !== undefined;
  return [
    'launch-wave',
    ...(watched ? (['watch-jobs'] as const) : []),
    ...(stopped ? (['run-actions'] as const) : []),
  ];
};

/** Takes the execution out of the index of open ones; false if its record changed meanwhile. */
const closeBooks = async ({ store }: ReconcilePorts, executionId: string): Promise<boolean> => {
  const key = { kind: 'stream' as const, id: executionStream(executionId) };
  const stored = await store.read<StreamRecord<ExecutionState>>(key);
  const index = stored && executionKind.indexOf?.(executionId, stored.body.state);
  if (stored === undefined || index === undefined) return true;
  return (await store.write(key, stored.body, stored.revision, { ...index, open: false })) === 'written';
};
