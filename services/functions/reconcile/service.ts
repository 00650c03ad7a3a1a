import { contractOf } from '../../../contracts/catalogue.ts';
import { closingWaveIds } from '../../../contracts/plan.ts';
import { isClosing } from '../../core/domain/closing.ts';
import { decideCleanUp } from '../../core/domain/clean-up/decide.ts';
import {
  initialCleanUp,
  isCleanUpOpen,
  runsActions,
  undoes,
  type CleanUpState,
} from '../../core/domain/clean-up/state.ts';
import { watchedAlarms } from '../../core/domain/stop-alarms.ts';
import { timeoutInstants } from '../../core/domain/execution-timeouts.ts';
import { isBeforeStart, type ExecutionState } from '../../core/domain/execution-state.ts';
import { isWatched, stageOf, waveOf } from '../../core/domain/wave/wave.ts';
import { initialWave, type WaveState } from '../../core/domain/wave/state.ts';
import { readStream } from '../../core/kernel/read-stream.ts';
import type { StreamRecord } from '../../core/kernel/stream.ts';
import { cleanUpStream, executionStream, waveStream } from '../../core/kernel/stream-names.ts';
import { isDecider } from '../../../contracts/services.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { closeBooks } from '../../core/streams/books.ts';
import { readCleanUp } from '../../core/streams/clean-up-stream.ts';
import { hasEnded } from '../../core/streams/execution-stream.ts';
import { readFrozenWave, readTimeoutMinutes } from '../../core/streams/frozen-plan.ts';
import type { ReconcileKnobs, ReconcilePorts } from './reconcile-ports.ts';
import { reconcileKnobs } from './reconcile-ports.ts';
import { isStill, turnsOf } from './turns.ts';
import { giveUnusedCapacityBack } from './unused-capacity.ts';

/** Waves that could start, and what ended waves have not said are looked for this often. */
const thoroughMs = 300_000;

/**
 * Finds what was lost. Whatever state an execution is in, something has to wake it: an event in flight,
 * a timer, or this. It decides nothing and calls no AWS service; it wakes the services that are due
 * by a timer, which leaves alone a timer that is still to fire. When an execution has ended and every
 * event of it is published, its books are closed.
 */
export const createReconcile = (ports: ReconcilePorts, knobs: ReconcileKnobs = reconcileKnobs) => ({
  /** Looks over one execution, and sets the timer for the next look while its books are open. */
  reconcile: async ({ executionId }: Wake): Promise<void> => {
    const record = (await readStream<ExecutionState>(ports.store, executionStream(executionId)))?.body;
    if (record === undefined || record.state.status === 'NONE') return;
    const execution = record.state;
    const lookAgain = () => ports.timers.set({ service: 'reconcile', executionId }, knobs.lookAgainMs);
    if (hasEnded(execution)) {
      if ((await closing(ports, executionId, record)) === 'again') await lookAgain();
      return;
    }
    // First: if this look dies, the next is not later for it.
    await lookAgain();
    if (isBeforeStart(execution)) {
      await wakeSpeakers(ports, record, executionId);
      return ports.timers.ensure({ service: 'accept-execution', executionId }, 0);
    }
    const isThorough = ports.clock.now() % thoroughMs < knobs.lookAgainMs;
    const soonerMs = await lookOver(ports, executionId, record, isThorough);
    if (soonerMs < knobs.lookAgainMs)
      await ports.timers.set({ service: 'reconcile', executionId }, Math.max(soonerMs, 1_000));
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

/** Wakes whoever an execution under way waits for. Gives how long until a time-out is to be spoken of, in ms. */
const lookOver = async (
  ports: ReconcilePorts,
  executionId: string,
  record: StreamRecord<ExecutionState>,
  isThorough: boolean,
): Promise<number> => {
  const execution = record.state;
  await wakeSpeakers(ports, record, executionId);
  if (watchedAlarms(execution).length > 0)
    await ports.timers.ensure({ service: 'run-actions', executionId }, 0);
  let isToAdvance = isThorough || isStill(execution);
  const { frozenHash } = execution;
  const instants = [...timeoutInstants(execution, await readTimeoutMinutes(ports.store, frozenHash))];
  for (const [waveId, progress] of Object.entries(execution.waves)) {
    const { status, attempt, relaunch } = progress;
    if (progress.hadRunningJobs === true) await wakeWatcher(ports, executionId, waveId);
    if (status !== 'STARTED') {
      if (isThorough) await wakeSpeakersOfWave(ports, executionId, waveId);
      continue;
    }
    const { state = initialWave } = (await wakeSpeakersOfWave(ports, executionId, waveId)) ?? {};
    const definition = await readFrozenWave(ports.store, frozenHash, waveId);
    if (!isClosing(waveId)) instants.push(...timeoutInstants(progress, definition.timeoutMinutes));
    const wave = waveOf(executionId, execution.mode, definition, attempt, state, relaunch);
    for (const service of turnsOf(wave)) {
      if (service === 'advance-execution') isToAdvance = true;
      else await ports.timers.ensure({ service, executionId, waveId }, 0);
    }
  }
  const now = ports.clock.now();
  const toCome = instants.filter((at) => at > now);
  if (isToAdvance || toCome.length < instants.length)
    await ports.timers.ensure({ service: 'advance-execution', executionId }, 0);
  return Math.min(Infinity, ...toCome) - now;
};

/** A wave may be complete before its jobs have ended: they are watched to their end. */
const wakeWatcher = async (ports: ReconcilePorts, executionId: string, waveId: string): Promise<void> => {
  const record = await wakeSpeakersOfWave(ports, executionId, waveId);
  if (record?.state.jobs.some(isWatched) === true)
    await ports.timers.ensure({ service: 'watch-jobs', executionId, waveId }, 0);
};

/** Wakes every service that has events in this stream's outbox. */
const wakeSpeakers = async (
  { timers }: ReconcilePorts,
  { outbox }: StreamRecord<unknown>,
  executionId: string,
  waveId?: string,
): Promise<void> => {
  const speakers = outbox.map((event) => contractOf(event.type)?.saidBy);
  for (const speaker of new Set(speakers)) {
    // An event that this version does not know stays there for the one that does.
    const service = speaker === 'any' ? 'advance-execution' : speaker;
    if (!isDecider(service)) continue;
    await timers.ensure({ service, executionId, ...(waveId !== undefined && { waveId }) }, 0);
  }
};

/** The same for a wave; gives its record. */
const wakeSpeakersOfWave = async (ports: ReconcilePorts, executionId: string, waveId: string) => {
  const record = (await readStream<WaveState>(ports.store, waveStream(executionId, waveId)))?.body;
  if (record !== undefined) await wakeSpeakers(ports, record, executionId, waveId);
  return record;
};

/**
 * Closes the books of an execution that has ended, once all that it said is published and nothing of what a drill
 * launched is still to be ended. `later`: only the clean-up is waited for, which the next sweep looks at again.
 */
const closing = async (
  ports: ReconcilePorts,
  executionId: string,
  record: StreamRecord<ExecutionState>,
): Promise<'closed' | 'again' | 'later'> => {
  await wakeSpeakers(ports, record, executionId);
  let unpublished = record.outbox.length;
  for (const waveId of Object.keys(record.state.waves))
    unpublished += (await wakeSpeakersOfWave(ports, executionId, waveId))?.outbox.length ?? 0;
  unpublished += await lookAtActions(ports, executionId, record.state);
  unpublished += await lookAtUndo(ports, executionId, record.state);
  const cleanUp = await lookAtCleanUp(ports, executionId, record.state);
  if (unpublished > 0 || cleanUp === 'due') return 'again';
  if (cleanUp === 'awaited') return 'later';
  return (await closeBooks(ports.store, executionId)) ? 'closed' : 'again';
};

/** Wakes whoever runs the actions before a clean-up, while they go on. Gives how much of what they said is not published. */
const lookAtActions = async (
  ports: ReconcilePorts,
  executionId: string,
  { beforeCleanUp, frozenHash }: ExecutionState,
): Promise<number> => {
  if (beforeCleanUp !== true) return 0;
  const waveId = closingWaveIds.beforeCleanUp;
  const record = await wakeSpeakersOfWave(ports, executionId, waveId);
  const cleanUp = await readCleanUp(ports.store, executionId);
  if (runsActions(cleanUp)) {
    const definition = await readFrozenWave(ports.store, frozenHash, waveId);
    const wave = waveOf(executionId, 'DRILL', definition, cleanUp.run, record?.state ?? initialWave);
    if (stageOf(wave).stage !== 'settled')
      await ports.timers.ensure({ service: 'run-actions', executionId, waveId }, 0);
  }
  return record?.outbox.length ?? 0;
};

/** The same of whoever takes back what the drill of a failback has reversed. */
const lookAtUndo = async (
  ports: ReconcilePorts,
  executionId: string,
  { direction, mode }: ExecutionState,
): Promise<number> => {
  if (direction === undefined || mode !== 'DRILL') return 0;
  const waveId = closingWaveIds.undo;
  const record = await wakeSpeakersOfWave(ports, executionId, waveId);
  if (undoes(await readCleanUp(ports.store, executionId)))
    await ports.timers.ensure({ service: 'retire-servers', executionId, waveId }, 0);
  return record?.outbox.length ?? 0;
};

/** Wakes the clean-up of a drill where something of it is due, or has not been said; gives what is still to come. */
const lookAtCleanUp = async (
  ports: ReconcilePorts,
  executionId: string,
  execution: ExecutionState,
): Promise<'due' | 'awaited' | 'over'> => {
  const record = (await readStream<CleanUpState>(ports.store, cleanUpStream(executionId)))?.body;
  const state = record?.state ?? initialCleanUp;
  const isDue =
    state.status === 'RUNNING' ||
    (record?.outbox.length ?? 0) > 0 ||
    decideCleanUp(execution, state, ports.clock.now()).length > 0;
  if (isDue) await ports.timers.ensure({ service: 'clean-up-drill', executionId }, 0);
  if (isDue) return 'due';
  return isCleanUpOpen(state) ? 'awaited' : 'over';
};
