import type { ExecutionView, WaveView } from './execution-view.ts';

export interface CriticalPath {
  /** The waves of the path, in their order. */
  readonly waves: readonly string[];
  /** How long their DRS jobs and actions took, in milliseconds. */
  readonly workMs: number;
}

interface Interval {
  readonly from: number;
  readonly to?: number;
}

/** How long at least one of the intervals lasted. */
const coveredMs = (intervals: readonly Interval[]): number => {
  const ended = intervals.flatMap(({ from, to }) => (to === undefined ? [] : [{ from, to }]));
  let [total, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { from, to } of ended.sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
};

const workOf = ({ jobs, spans }: WaveView): readonly Interval[] => [
  ...jobs,
  ...spans.filter(({ kind }) => kind === 'ACTION' || kind === 'APPROVAL' || kind === 'LAUNCH_ACTIONS'),
];

const longest = (paths: readonly CriticalPath[]): CriticalPath =>
  paths.reduce((a, b) => (b.workMs > a.workMs ? b : a), { waves: [], workMs: 0 });

/** The chain of waves whose own work took longest: what the execution could not have been faster than. */
export const criticalPathOf = ({ waves }: Pick<ExecutionView, 'waves'>): CriticalPath => {
  const known = new Map<string, CriticalPath>();
  const byId = new Map(waves.map((wave) => [wave.waveId, wave]));
  const pathTo = (wave: WaveView): CriticalPath => {
    const found = known.get(wave.waveId);
    if (found !== undefined) return found;
    const before = longest(wave.dependsOn.flatMap((id) => byId.get(id) ?? []).map(pathTo));
    const path = {
      waves: [...before.waves, wave.waveId],
      workMs: before.workMs + coveredMs(workOf(wave)),
    };
    known.set(wave.waveId, path);
    return path;
  };
  return longest(waves.map(pathTo));
};
