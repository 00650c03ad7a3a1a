import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type { CalendarAnswer } from '../../core/domain/calendar-hold.ts';
import type { Decision } from '../../core/domain/decision.ts';
import { awaitsCalendars, decideExecution, type ExecutionInput } from '../../core/domain/execution.ts';
import type { ExecutionState } from '../../core/domain/execution-state.ts';
import { decideOnNote, type Note } from '../../core/domain/notes.ts';
import { closingWaveIds } from '../../../contracts/plan.ts';
import { keptOpenBy } from '../../core/domain/execution-end.ts';
import { countsOf } from '../../core/domain/success-policy.ts';
import { graphOf, waveNamed, type Graph } from '../../core/domain/graph.ts';
import { unheard } from '../../core/domain/stop-alarms.ts';
import { stopFact } from '../../core/domain/wave/stop.ts';
import {
  missingServers,
  resultsOf,
  runningJobs,
  stageOf,
  waveOf,
  type Wave,
} from '../../core/domain/wave/wave.ts';
import { createTransact, type TransactPorts, type Transition } from '../../core/kernel/transact.ts';
import { calendarWatchKey, noteWatcherOf } from '../../core/ports/alarm-watch.ts';
import type { CalendarReader } from '../../core/ports/calendar-reader.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { askCalendars } from '../../core/readiness/ask-calendars.ts';
import { readRises } from '../../core/streams/alarm-rises.ts';
import {
  executionAddress,
  executionKind,
  hasEnded,
  readExecution,
} from '../../core/streams/execution-stream.ts';
import { createGraphReader, type GraphReader } from '../../core/streams/frozen-plan.ts';
import { readWaveState, waveAddress, waveKind } from '../../core/streams/wave-stream.ts';

export interface AdvancePorts extends TransactPorts {
  readonly calendars: CalendarReader;
}

/** An execution of 200 waves starts at most 20 in one transition. */
const looksMax = 12;

const noGraph: Graph = graphOf([], 0);

/**
 * Moves an execution on: concludes the waves that have settled, starts those whose dependencies are
 * done, and ends it. These are one decision over one record, so a wave's completion, its successors'
 * start and the end cannot diverge, and two waves that end together start a joint successor once.
 */
export const createAdvanceExecution = (ports: AdvancePorts, graphs: GraphReader = createGraphReader()) => ({
  advance: async (wake: Wake, causationId: string): Promise<void> => {
    const advancing = await open(ports, graphs, wake.executionId, causationId);
    if (advancing.execution.status === 'NONE') return;
    await heedAlarms(advancing);
    if (wake.waveId !== undefined) await publishLeftovers(advancing, wake.waveId);
    for (const waveId of wavesToConclude(advancing.execution, wake.waveId)) await conclude(advancing, waveId);
    if (wake.waveId !== undefined && advancing.execution.waves[wake.waveId]?.hadRunningJobs === true)
      await countAgain(advancing, advancing.execution, wake.waveId);
    await startAndEnd(advancing);
  },

  /** Acts on an operator's decision, then moves the execution on as it has become. */
  decide: async (executionId: string, decision: Decision, causationId: string): Promise<void> => {
    const advancing = await open(ports, graphs, executionId, causationId);
    await heedAlarms(advancing);
    const { state } = await advancing.step({ type: 'Decision', decision });
    if (state.status === 'CANCELLING') await stopWaves(advancing, state);
    if (decision.decision === 'resume') {
      await wakeStartedWaves(advancing, state);
      if (state.stopWhen !== undefined) await ports.timers.set({ service: 'run-actions', executionId }, 0);
    }
    await startAndEnd(advancing);
  },

  /** Puts a note on record, in whatever state the execution is, and moves nothing on. */
  note: async (executionId: string, note: Note, causationId: string): Promise<void> => {
    const transact = createTransact('advance-execution', ports, executionKind);
    await transact(executionAddress(executionId), causationId, (state) => decideOnNote(state, note));
  },
});

/** One delivery's work on one execution. */
interface Advancing {
  readonly ports: AdvancePorts;
  readonly executionId: string;
  readonly causationId: string;
  /** As it was when the delivery came. */
  readonly execution: ExecutionState;
  readonly graph: Graph;
  /** Asks the calendars of the execution if waves wait for that; gives whether they were asked now. */
  readonly askCalendars: (state: ExecutionState) => Promise<boolean>;
  /** Waves that were complete before their jobs had ended, and whose jobs are seen to have ended. */
  readonly jobsEnded: Set<string>;
  readonly step: (input: ExecutionInput) => Promise<Transition<ExecutionState>>;
}

const open = async (
  ports: AdvancePorts,
  graphs: GraphReader,
  executionId: string,
  causationId: string,
): Promise<Advancing> => {
  const graphAt = (frozenHash: string): Promise<Graph> | Graph =>
    frozenHash === '' ? noGraph : graphs(ports.store, frozenHash);
  const execution = await readExecution(ports.store, executionId);
  let { frozenHash } = execution;
  let graph = await graphAt(frozenHash);
  const transact = createTransact('advance-execution', ports, executionKind);
  const jobsEnded = new Set<string>();
  let calendars: CalendarAnswer | undefined;
  const askOnce = async (state: ExecutionState): Promise<boolean> => {
    if (calendars !== undefined || !awaitsCalendars(graph, state, ports.clock.now())) return false;
    calendars = await askCalendars(ports.calendars, state.calendars ?? []);
    return true;
  };
  const step = async (input: ExecutionInput): Promise<Transition<ExecutionState>> => {
    const isOfGraph = (state: ExecutionState): boolean => state.frozenHash === frozenHash;
    const decided = await transact(executionAddress(executionId), causationId, (state, now) =>
      isOfGraph(state) ? decideExecution(graph, state, input, now, jobsEnded, calendars) : [],
    );
    if (isOfGraph(decided.state)) return decided;
    // It has started since it was read: without its graph a cancellation would leave out waves that wait.
    ({ frozenHash } = decided.state);
    graph = await graphAt(frozenHash);
    return step(input);
  };
  return { ports, executionId, causationId, execution, graph, jobsEnded, askCalendars: askOnce, step };
};

/** What run-actions has seen of the plan's alarms comes before anything else: no wave starts over it. */
const heedAlarms = async ({ ports, executionId, execution, step }: Advancing): Promise<void> => {
  if (execution.stopWhen === undefined) return;
  const rises = (await readRises(ports.store, executionId)) ?? {};
  if (unheard(execution, rises).length > 0) await step({ type: 'AlarmsRose', rises });
};

const startAndEnd = async (advancing: Advancing): Promise<void> => {
  for (let looks = 0; looks < looksMax; looks++) {
    const { state, facts } = await advancing.step({ type: 'Look' });
    if (state.status === 'CANCELLING') await stopWaves(advancing, state);
    if (hasEnded(state)) return;
    await hearOfOpening(advancing, facts);
    if (facts.length > 0 || (await advancing.askCalendars(state))) continue;
    if (!(await haveJobsEnded(advancing, state))) return;
  }
};

/** For so long a drill that a calendar has paused is woken by the hint that it opens; the reconciler looks in any case. */
const hintedMs = 7 * 24 * 3_600_000;

/** A drill that its calendars have just paused hears from SSM when they open. */
const hearOfOpening = async (
  { ports: { store, clock }, executionId }: Advancing,
  facts: Transition<ExecutionState>['facts'],
): Promise<void> => {
  const pause = facts.find(({ type }) => type === 'ExecutionPaused') as ExecutionFact | undefined;
  const calendars = pause?.type === 'ExecutionPaused' ? (pause.data.calendars ?? []) : [];
  const until = clock.now() + hintedMs;
  await noteWatcherOf(store, calendars.map(calendarWatchKey), { executionId, until }, clock.now());
};

/** So many waves' streams are read at once. */
const readsAtOnce = 20;

/** Whether jobs alone kept the execution from its end, and have all ended. */
const haveJobsEnded = async (advancing: Advancing, state: ExecutionState): Promise<boolean> => {
  const waveIds = keptOpenBy(advancing.graph, state, advancing.jobsEnded);
  for (let from = 0; from < waveIds.length; from += readsAtOnce) {
    const some = waveIds.slice(from, from + readsAtOnce);
    const ended = await Promise.all(some.map((waveId) => countAgain(advancing, state, waveId)));
    // One that runs is enough to know that this is not the end.
    if (!ended.every(Boolean)) return false;
  }
  return waveIds.length > 0;
};

/** A wave that has started, as its own stream says. */
const readWave = async (
  { ports, executionId, execution, graph }: Advancing,
  waveId: string,
): Promise<Wave | undefined> => {
  const definition = waveNamed(graph, waveId);
  const progress = execution.waves[waveId];
  if (definition === undefined || progress === undefined) return undefined;
  const state = await readWaveState(ports.store, executionId, waveId);
  return waveOf(executionId, execution.mode, definition, progress.attempt, state, progress.relaunch);
};

/** Whether all jobs of a wave that was complete before have ended; what they ended with counts, if it is otherwise. */
const countAgain = async (
  advancing: Advancing,
  { waves }: ExecutionState,
  waveId: string,
): Promise<boolean> => {
  const wave = await readWave(advancing, waveId);
  if (wave === undefined || runningJobs(wave.state).length > 0) return false;
  advancing.jobsEnded.add(waveId);
  const counts = countsOf(resultsOf(wave));
  if (waves[waveId]?.launched === counts.launched && waves[waveId].failed === counts.failed) return true;
  const missing = missingServers(wave);
  await advancing.step({
    type: 'JobsEnded',
    wave: { waveId, attempt: wave.state.attempt, counts, ...(missing !== undefined && { missing }) },
  });
  return true;
};

/** What the wave's own stream says is what counts, not the event that led here. */
const conclude = async (advancing: Advancing, waveId: string): Promise<void> => {
  const wave = await readWave(advancing, waveId);
  if (wave === undefined) return;
  const stage = stageOf(wave);
  if (stage.stage !== 'settled') return;
  const { stage: _settled, ...settled } = stage;
  const { state } = wave;
  await advancing.step({
    type: 'WaveSettled',
    wave: {
      ...{ waveId, attempt: state.attempt, ...settled },
      ...{ servers: resultsOf(wave), runningJobs: runningJobs(state) },
    },
  });
};

/** A stop, or a question to the operator, may wait in the wave's outbox since its speaker died. */
const publishLeftovers = async (
  { ports, executionId, causationId }: Advancing,
  waveId: string,
): Promise<void> => {
  const transact = createTransact('advance-execution', ports, waveKind);
  await transact(waveAddress(executionId, waveId), causationId, () => []);
};

/** What a started wave held back while the execution was paused goes on. */
const wakeStartedWaves = async ({ ports, executionId }: Advancing, state: ExecutionState): Promise<void> => {
  for (const waveId of wavesToConclude(state, undefined)) {
    await ports.timers.set({ service: 'launch-wave', executionId, waveId }, 0);
    await ports.timers.set({ service: 'run-actions', executionId, waveId }, 0);
  }
};

/** What runs in them runs to its end, and nothing more begins. */
const stopWaves = async (
  { ports, executionId, causationId }: Advancing,
  state: ExecutionState,
): Promise<void> => {
  const transact = createTransact('advance-execution', ports, waveKind);
  for (const waveId of wavesToConclude(state, undefined)) {
    // It runs because of the cancellation.
    if (waveId === closingWaveIds.onCancel) continue;
    const attempt = state.waves[waveId]?.attempt ?? 1;
    await transact(waveAddress(executionId, waveId), causationId, (wave) =>
      stopFact(wave, { waveId, attempt }, 'the execution was cancelled'),
    );
  }
};

const wavesToConclude = (execution: ExecutionState, waveId: string | undefined): readonly string[] =>
  Object.keys(execution.waves).filter(
    (id) => execution.waves[id]?.status === 'STARTED' && (waveId === undefined || waveId === id),
  );
