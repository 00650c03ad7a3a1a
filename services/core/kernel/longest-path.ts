interface Node {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
}

export interface Path<Wave> {
  /** In their order. */
  readonly waves: readonly Wave[];
  readonly length: number;
}

/** The chain of dependencies whose lengths add up to most. The graph has no cycle. */
export const longestPath = <Wave extends Node>(
  waves: readonly Wave[],
  lengthOf: (wave: Wave) => number,
): Path<Wave> => {
  const known = new Map<string, Path<Wave>>();
  const byId = new Map(waves.map((wave) => [wave.waveId, wave]));
  const longest = (paths: readonly Path<Wave>[]): Path<Wave> =>
    paths.reduce((a, b) => (b.length > a.length ? b : a), { waves: [], length: 0 });
  const pathTo = (wave: Wave): Path<Wave> => {
    const found = known.get(wave.waveId);
    if (found !== undefined) return found;
    const before = longest(wave.dependsOn.flatMap((id) => byId.get(id) ?? []).map(pathTo));
    const path = { waves: [...before.waves, wave], length: before.length + lengthOf(wave) };
    known.set(wave.waveId, path);
    return path;
  };
  return longest(waves.map(pathTo));
};
