import type { FrozenWave } from '../../../contracts/execution-events.ts';

/** Waves without servers that run when nothing else does: before an execution ends so, or its instances are ended. */
export interface Closing {
  readonly onFailure?: FrozenWave;
  readonly onCancel?: FrozenWave;
  readonly beforeCleanUp?: FrozenWave;
  /** Of a drill of a failback. */
  readonly undo?: FrozenWave;
}

/** The frozen plan as a graph: computed once, since it never changes. */
export interface Graph {
  readonly waveIds: readonly string[];
  readonly waves: Readonly<Record<string, FrozenWave>>;
  readonly successors: Readonly<Record<string, readonly string[]>>;
  readonly timeoutMinutes: number;
  /** The waves of the plan's own last actions. */
  readonly closing: Closing;
}

export const graphOf = (
  waves: readonly FrozenWave[],
  timeoutMinutes: number,
  closing: Closing = {},
): Graph => ({
  waveIds: waves.map((wave) => wave.waveId),
  waves: Object.fromEntries(waves.map((wave) => [wave.waveId, wave])),
  successors: Object.fromEntries(
    waves.map(({ waveId }) => [
      waveId,
      waves.filter((other) => other.dependsOn.includes(waveId)).map((other) => other.waveId),
    ]),
  ),
  timeoutMinutes,
  closing,
});

/** A wave of the plan, or one of its closing waves. */
export const waveNamed = ({ waves, closing }: Graph, waveId: string): FrozenWave | undefined =>
  waves[waveId] ?? Object.values<FrozenWave>({ ...closing }).find((wave) => wave.waveId === waveId);

/** All waves that depend on this one, directly or not, each once. */
export const descendantsOf = (graph: Graph, waveId: string): readonly string[] => {
  const found = new Set<string>();
  const queue = [...(graph.successors[waveId] ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...(graph.successors[next] ?? []));
  }
  return graph.waveIds.filter((id) => found.has(id));
};

/** A cycle as the waves on it, if there is one. */
export const cycleIn = (
  waves: readonly { readonly waveId: string; readonly dependsOn: readonly string[] }[],
): readonly string[] | undefined => {
  const remaining = new Map(waves.map((wave) => [wave.waveId, wave.dependsOn]));
  for (let removed = true; removed;) {
    removed = false;
    for (const [waveId, dependsOn] of remaining) {
      if (dependsOn.some((dependency) => remaining.has(dependency))) continue;
      remaining.delete(waveId);
      removed = true;
    }
  }
  const waitsFor = (waveId: string): string | undefined =>
    remaining.get(waveId)?.find((dependency) => remaining.has(dependency));
  // Whoever remains waits for one that remains: the walk comes back to a wave that it has passed.
  const path: string[] = [];
  for (let waveId = remaining.keys().next().value; waveId !== undefined; waveId = waitsFor(waveId)) {
    if (path.includes(waveId)) return [...path.slice(path.indexOf(waveId)), waveId];
    path.push(waveId);
  }
  return undefined;
};
