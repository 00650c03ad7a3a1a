import { isBeforeCleanUp } from '../domain/closing.ts';
import { longestPath } from '../kernel/longest-path.ts';
import type { ExecutionView, WaveView } from './execution-view.ts';
import { coveredMs, isOf } from './spans.ts';

export interface CriticalPath {
  /** The waves of the path, in their order. */
  readonly waves: readonly string[];
  /** How long their DRS jobs, their phases of a failback and their actions took, in milliseconds. */
  readonly workMs: number;
}

const workMs = ({ jobs, spans }: WaveView): number =>
  coveredMs([...jobs, ...spans.filter(isOf('ACTION', 'APPROVAL', 'LAUNCH_ACTIONS', 'HOMEWARD'))]);

/** The chain of waves whose own work took longest: what the execution could not have been faster than. */
export const criticalPathOf = ({ waves }: Pick<ExecutionView, 'waves'>): CriticalPath => {
  // What comes hours after its end made the execution no slower.
  const path = longestPath(
    waves.filter(({ waveId }) => !isBeforeCleanUp(waveId)),
    workMs,
  );
  return { waves: path.waves.map(({ waveId }) => waveId), workMs: path.length };
};
