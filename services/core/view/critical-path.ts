import { isBeforeCleanUp } from '../domain/closing.ts';
import { longestPath } from '../kernel/longest-path.ts';
import type { ExecutionView, WaveView } from './execution-view.ts';
import { coveredMs } from './spans.ts';

export interface CriticalPath {
  /** The waves of the path, in their order. */
  readonly waves: readonly string[];
  /** How long their DRS jobs and actions took, in milliseconds. */
  readonly workMs: number;
}

const workMs = ({ jobs, spans }: WaveView): number =>
  coveredMs([
    ...jobs,
    ...spans.filter(({ kind }) => kind === 'ACTION' || kind === 'APPROVAL' || kind === 'LAUNCH_ACTIONS'),
  ]);

/** The chain of waves whose own work took longest: what the execution could not have been faster than. */
export const criticalPathOf = ({ waves }: Pick<ExecutionView, 'waves'>): CriticalPath => {
  // What comes hours after its end made the execution no slower.
  const path = longestPath(
    waves.filter(({ waveId }) => !isBeforeCleanUp(waveId)),
    workMs,
  );
  return { waves: path.waves.map(({ waveId }) => waveId), workMs: path.length };
};
