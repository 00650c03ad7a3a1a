import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import { isClosing } from './closing.ts';
import { isTerminal, type ExecutionState } from './execution-state.ts';
import type { Graph } from './graph.ts';

const totalsOf = (state: ExecutionState, now: number) => {
  const waves = Object.entries(state.waves).flatMap(([id, wave]) => (isClosing(id) ? [] : [wave]));
  const launching = waves.filter(({ isPhase }) => isPhase !== true);
  const count = (status: string): number => waves.filter((wave) => wave.status === status).length;
  const achievedMinutes = Math.round((now - state.startedAt) / 600) / 100;
  return {
    waves: {
      completed: count('COMPLETED'),
      partial: count('PARTIAL'),
      failed: count('FAILED'),
      skipped: count('SKIPPED'),
    },
    servers: {
      launched: launching.reduce((sum, wave) => sum + wave.launched, 0),
      failed: launching.reduce((sum, wave) => sum + wave.failed, 0),
    },
    startedAt: new Date(state.startedAt).toISOString(),
    endedAt: new Date(now).toISOString(),
    durationMs: now - state.startedAt,
    ...(state.rtoMinutes > 0 && {
      rto: { targetMinutes: state.rtoMinutes, achievedMinutes, met: achievedMinutes <= state.rtoMinutes },
    }),
  };
};

/** The waves of which DRS may still run jobs, unless it is known that those have ended. */
const wavesWithJobs = ({ waves }: ExecutionState, jobsEnded: JobsEnded): readonly string[] =>
  jobsEnded === 'all'
    ? []
    : Object.keys(waves).filter((id) => waves[id]?.hadRunningJobs === true && !jobsEnded.has(id));

/** The waves whose jobs have all ended, as their own streams say: of those that were complete before that. */
export type JobsEnded = ReadonlySet<string> | 'all';

const hasEveryWaveEnded = (graph: Graph, state: ExecutionState): boolean =>
  state.active === 0 && state.concluded >= graph.waveIds.length;

/** The waves whose jobs alone keep an execution from its end. */
export const keptOpenBy = (graph: Graph, state: ExecutionState, jobsEnded: JobsEnded): readonly string[] =>
  isTerminal(state.status) || !hasEveryWaveEnded(graph, state) ? [] : wavesWithJobs(state, jobsEnded);

/**
 * The execution ends when every wave has ended, and with it every job: until then DRS launches none of their servers
 * for another execution. It is COMPLETED when all recovered in full, CANCELLED when
 * an operator wanted it, FAILED when a failure stopped it or nothing was recovered, else PARTIAL.
 * Before that the plan's own last actions run, if it has some for this end.
 */
export const concluding = (
  graph: Graph,
  state: ExecutionState,
  now: number,
  jobsEnded: JobsEnded,
): readonly ExecutionFact[] => {
  if (!hasEveryWaveEnded(graph, state) || wavesWithJobs(state, jobsEnded).length > 0) return [];
  const end = endOf(state, now);
  const { onFailure, onCancel } = graph.closing;
  const last = { ExecutionFailed: onFailure, ExecutionCancelled: onCancel, ExecutionCompleted: undefined };
  const definition = last[end.type];
  if (definition === undefined || state.waves[definition.waveId] !== undefined) return [end];
  const { waveId } = definition;
  return [{ type: 'WaveStarted', data: { waveId, attempt: 1, mode: state.mode, definition } }];
};

type End = Extract<ExecutionFact, { type: 'ExecutionCompleted' | 'ExecutionFailed' | 'ExecutionCancelled' }>;

const endOf = (state: ExecutionState, now: number): End => {
  const data = totalsOf(state, now);
  const { completed, partial, failed, skipped } = data.waves;
  if (state.status === 'CANCELLING') return { type: 'ExecutionCancelled', data };
  if (state.stopping || completed + partial === 0) return { type: 'ExecutionFailed', data };
  const outcome = partial + failed + skipped === 0 ? 'COMPLETED' : 'PARTIAL';
  return { type: 'ExecutionCompleted', data: { ...data, outcome } };
};
