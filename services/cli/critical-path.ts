import type { ExecutionView, SpanView, WaveView } from './view-model.ts';

export interface CriticalPath {
  /** The waves of the path, in their order. */
  readonly waves: readonly string[];
  /** How long their DRS jobs and actions took, in milliseconds. */
  readonly workMs: number;
}

/** How long at least one of the spans ran. */
const coveredMs = (spans: readonly SpanView[]): number => {
  const ended = spans.flatMap(({ startedAt, endedAt }) =>
    endedAt === undefined ? [] : [{ startedAt, endedAt }],
  );
  let [total, until] = [0, Number.NEGATIVE_INFINITY];
  for (const { startedAt, endedAt } of ended.toSorted((a, b) => a.startedAt - b.startedAt)) {
    total += Math.max(0, endedAt - Math.max(startedAt, until));
    until = Math.max(until, endedAt);
  }
  return total;
};

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
    const workMs = before.workMs + coveredMs([...wave.jobs, ...wave.actions]);
    const path = { waves: [...before.waves, wave.waveId], workMs };
    known.set(wave.waveId, path);
    return path;
  };
  return longest(waves.map(pathTo));
};
