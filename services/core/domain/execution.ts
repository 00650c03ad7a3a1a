import type { ExecutionFact, FrozenWave } from '../../../contracts/execution-events.ts';
import type { ServerResult } from '../../../contracts/wave-events.ts';
import { decideOnDecision, type Decision } from './decision.ts';
import {
  awaitsOpening,
  isHeldToCalendars,
  openedFact,
  pausedBy,
  type CalendarAnswer,
} from './calendar-hold.ts';
import { concluding, type JobsEnded } from './execution-end.ts';
import { phaseOf } from './failback/homeward-waves.ts';
import { evolveExecution, isBeforeStart, isTerminal, type ExecutionState } from './execution-state.ts';
import { descendantsOf, waveNamed, type Graph } from './graph.ts';
import { boundedList, boundedText } from '../kernel/bounded-texts.ts';
import { waveEnd, waveStart } from './listed-servers.ts';
import { heedingAlarms, type Rises } from './stop-alarms.ts';
import { nearing, timingOut } from './execution-timeouts.ts';

export interface SettledWave {
  readonly waveId: string;
  readonly attempt: number;
  readonly outcome: 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'STOPPED';
  readonly reasons: readonly string[];
  readonly servers: readonly ServerResult[];
  readonly needsRelaunch?: true;
  /** Jobs that DRS has still to call COMPLETED. */
  readonly runningJobs?: readonly string[];
}

/** The results of a wave that is complete, now that its jobs have ended. */
export interface JobsEndedWave {
  readonly waveId: string;
  readonly attempt: number;
  readonly counts: { readonly launched: number; readonly failed: number };
  /** Why it misses its success policy now; absent when it does not. */
  readonly missing?: readonly string[];
}

export type ExecutionInput =
  /** Start what may start, and ask about what takes too long. */
  | { readonly type: 'Look' }
  | { readonly type: 'WaveSettled'; readonly wave: SettledWave }
  | { readonly type: 'JobsEnded'; readonly wave: JobsEndedWave }
  /** Alarms that its plan names went to ALARM, as they were seen. */
  | { readonly type: 'AlarmsRose'; readonly rises: Rises }
  | { readonly type: 'Decision'; readonly decision: Decision };

/** One transition starts no more waves than this, so that saving and publishing it takes no handler's whole time. */
const startsMax = 20;

type Decide = (state: ExecutionState) => readonly ExecutionFact[];

/** Runs each decision on the state that the ones before it lead to, and gives all their facts. */
export const inTurn = (
  state: ExecutionState,
  now: number,
  decisions: readonly Decide[],
): readonly ExecutionFact[] => {
  let current = state;
  const facts: ExecutionFact[] = [];
  for (const decide of decisions) {
    const more = decide(current);
    for (const fact of more) current = evolveExecution(current, fact, now);
    facts.push(...more);
  }
  return facts;
};

/**
 * What follows for the execution. A wave starts when all of its dependencies are satisfied, once per
 * attempt; nothing starts while the execution is paused or cancelling, or after a failure under the
 * policy `stop`; the execution ends when every wave has ended. `jobsEnded`: the waves whose jobs are known
 * to have ended, of those that were complete before. `calendars`: what they say now; a drill that is held to
 * calendars starts nothing until they have been asked.
 */
export const decideExecution = (
  graph: Graph,
  state: ExecutionState,
  input: ExecutionInput,
  now: number,
  jobsEnded: JobsEnded = new Set(),
  calendars?: CalendarAnswer,
): readonly ExecutionFact[] => {
  const begin = (s: ExecutionState, candidates: readonly string[]): readonly ExecutionFact[] =>
    starting(graph, s, candidates, now, calendars);
  if (isTerminal(state.status) || isBeforeStart(state)) {
    return input.type === 'Decision' ? decideOnDecision(graph, state, input.decision) : [];
  }
  switch (input.type) {
    case 'Look':
      return inTurn(state, now, [
        (s) => nearing(graph, s, now),
        (s) => timingOut(graph, s, now),
        (s) => openedFact(s, calendars),
        (s) => begin(s, graph.waveIds),
        (s) => concluding(graph, s, now, jobsEnded),
      ]);
    case 'Decision':
      return inTurn(state, now, [
        (s) => decideOnDecision(graph, s, input.decision),
        (s) => begin(s, graph.waveIds),
        (s) => concluding(graph, s, now, jobsEnded),
      ]);
    case 'AlarmsRose':
      return heedingAlarms(graph, state, input.rises);
    case 'JobsEnded':
      return changing(graph, state, input.wave, now);
    case 'WaveSettled':
      return inTurn(state, now, [
        (s) => settling(graph, s, input.wave, now),
        (s) => begin(s, graph.successors[input.wave.waveId] ?? []),
        (s) => concluding(graph, s, now, jobsEnded),
      ]);
  }
};

const settling = (
  graph: Graph,
  state: ExecutionState,
  settled: SettledWave,
  now: number,
): readonly ExecutionFact[] => {
  const progress = state.waves[settled.waveId];
  const definition = waveNamed(graph, settled.waveId);
  const { runningJobs = [] } = settled;
  if (progress?.status !== 'STARTED' || progress.attempt !== settled.attempt || definition === undefined)
    return [];
  const phase = phaseOf(definition);
  const outcome = {
    waveId: settled.waveId,
    attempt: settled.attempt,
    policy: definition.success,
    servers: [...settled.servers],
    startedAt: new Date(progress.startedAt).toISOString(),
    endedAt: new Date(now).toISOString(),
    ...(phase !== undefined && { phase }),
  };
  if (settled.outcome === 'COMPLETED' || settled.outcome === 'PARTIAL')
    return waveEnd({
      type: 'WaveCompleted',
      data: {
        ...outcome,
        outcome: settled.outcome,
        ...(runningJobs.length > 0 && { runningJobs: [...runningJobs] }),
      },
    });
  const onFailure = settled.outcome === 'STOPPED' ? 'continue' : definition.onFailure;
  const reasons = boundedReasons(settled.reasons);
  return [
    ...waveEnd({
      type: 'WaveFailed',
      data: {
        ...outcome,
        onFailure,
        reasons: [...reasons],
        ...(settled.needsRelaunch && { needsRelaunch: true }),
      },
    }),
    ...followingFailure(graph, state, { ...settled, reasons }, onFailure),
  ];
};

/**
 * What was counted of a wave when it became complete may be otherwise now that its jobs have ended. One that misses its
 * success policy after all is held for an operator, whatever its plan says of failures: what has started since runs on.
 */
const changing = (
  graph: Graph,
  state: ExecutionState,
  wave: JobsEndedWave,
  now: number,
): readonly ExecutionFact[] => {
  const { waveId, attempt, counts, missing } = wave;
  const progress = state.waves[waveId];
  const definition = waveNamed(graph, waveId);
  const isComplete = progress?.status === 'COMPLETED' || progress?.status === 'PARTIAL';
  if (!isComplete || progress.attempt !== attempt || definition === undefined) return [];
  if (progress.launched === counts.launched && progress.failed === counts.failed) return [];
  const outcome = counts.failed === 0 ? ('COMPLETED' as const) : ('PARTIAL' as const);
  if (missing === undefined)
    return [{ type: 'WaveResultsChanged', data: { waveId, attempt, outcome, counts } }];
  const reasons = boundedReasons(missing);
  const times = {
    startedAt: new Date(progress.startedAt).toISOString(),
    endedAt: new Date(now).toISOString(),
  };
  return [
    {
      type: 'WaveFailed',
      data: {
        ...{ waveId, attempt, policy: definition.success, servers: [], counts, ...times },
        ...{ onFailure: 'ask' as const, reasons: [...reasons] },
      },
    },
    ...followingFailure(graph, state, { waveId, attempt, reasons }, 'ask'),
  ];
};

/** In characters, of all reasons together: each server's own stands in its result. */
const reasonsMax = 3_000;

const boundedReasons = (reasons: readonly string[]): readonly string[] =>
  boundedList(
    reasons.map((reason) => boundedText(reason, reasonsMax)),
    reasonsMax,
    (count) => `and ${count} more, in the results of the servers`,
  );

/** A failed wave stops its descendants, not its siblings; the policy says what becomes of the rest. */
const followingFailure = (
  graph: Graph,
  state: ExecutionState,
  settled: Pick<SettledWave, 'waveId' | 'attempt' | 'reasons'>,
  onFailure: string,
): readonly ExecutionFact[] => {
  if (state.status === 'CANCELLING') return [];
  if (onFailure === 'ask') {
    const why = settled.reasons.join('; ');
    return [
      {
        type: 'OperatorNeeded',
        data: {
          waveId: settled.waveId,
          attempt: settled.attempt,
          about: 'wave-failed',
          why,
          choices: ['retry', 'skip', 'continue', 'cancel'],
        },
      },
    ];
  }
  const given = onFailure === 'stop' ? graph.waveIds : descendantsOf(graph, settled.waveId);
  return skipping(state, given, `wave ${settled.waveId} failed`);
};

/** Skips those of the waves that have not started. */
const skipping = (
  state: ExecutionState,
  waveIds: readonly string[],
  reason: string,
): readonly ExecutionFact[] =>
  waveIds
    .filter((waveId) => state.waves[waveId] === undefined)
    .map((waveId) => ({
      type: 'WaveSkipped',
      data: { waveId, reason, satisfiesDependants: false },
    }));

/** Why a wave must not start for the first time; undefined when it may. */
export const whyNotStarted = (
  state: ExecutionState,
  { waveId, dependsOn }: Pick<FrozenWave, 'waveId' | 'dependsOn'>,
): string | undefined => {
  if (state.status !== 'RUNNING') return `the execution is ${state.status}`;
  if (state.waves[waveId] !== undefined) return `wave ${waveId} had started, or ended, before`;
  if (state.stopping) return 'a failure under the policy stop came before';
  const open = dependsOn.filter((dependency) => state.waves[dependency]?.satisfied !== true);
  return open.length === 0 ? undefined : `its dependencies ${open.join(', ')} were not done`;
};

const readyToStart = (
  graph: Graph,
  state: ExecutionState,
  candidates: readonly string[],
): readonly FrozenWave[] =>
  candidates
    .flatMap((waveId) => graph.waves[waveId] ?? [])
    .filter((wave) => whyNotStarted(state, wave) === undefined);

/** Whether waves could start, were its calendars not to be asked first, or they hold it up. */
export const awaitsCalendars = (graph: Graph, state: ExecutionState, now: number): boolean =>
  awaitsOpening(state) ||
  (isHeldToCalendars(state, now) && readyToStart(graph, state, graph.waveIds).length > 0);

const starting = (
  graph: Graph,
  state: ExecutionState,
  candidates: readonly string[],
  now: number,
  calendars: CalendarAnswer | undefined,
): readonly ExecutionFact[] => {
  const waves = readyToStart(graph, state, candidates);
  if (waves.length > 0 && isHeldToCalendars(state, now)) {
    if (calendars === undefined) return [];
    if (!calendars.isOpen) return [pausedBy(state, calendars)];
  }
  return waves.slice(0, startsMax).flatMap((definition) => waveStart(definition, 1, state.mode));
};
