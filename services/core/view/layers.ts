/** A wave as far as its place in the graph goes. */
export interface GraphWave {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
}

/**
 * The waves in layers: each behind all that it depends on. Within a layer a wave stands near the middle of
 * its dependencies, so that few lines cross. A wave on a cycle is placed as if the cycle were cut.
 */
export const layersOf = (waves: readonly GraphWave[]): readonly (readonly string[])[] => {
  const byId = new Map(waves.map((wave) => [wave.waveId, wave]));
  const depths = new Map<string, number>();
  const depthOf = (waveId: string): number => {
    const known = depths.get(waveId);
    if (known !== undefined) return known;
    depths.set(waveId, 0);
    const before = (byId.get(waveId)?.dependsOn ?? []).filter((id) => byId.has(id));
    const depth = before.length === 0 ? 0 : 1 + Math.max(...before.map(depthOf));
    depths.set(waveId, depth);
    return depth;
  };
  const layers: string[][] = [];
  for (const { waveId } of waves) (layers[depthOf(waveId)] ??= []).push(waveId);
  return ordered(layers, byId);
};

const ordered = (
  layers: readonly (readonly string[])[],
  byId: ReadonlyMap<string, GraphWave>,
): readonly (readonly string[])[] => {
  const rows = new Map<string, number>();
  return layers.map((layer) => {
    const wanted = new Map(
      layer.map((waveId, index) => {
        const above = (byId.get(waveId)?.dependsOn ?? []).flatMap((id) => rows.get(id) ?? []);
        const middle = above.reduce((sum, row) => sum + row, 0) / above.length;
        return [waveId, above.length === 0 ? index : middle] as const;
      }),
    );
    const sorted = [...layer].sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    sorted.forEach((waveId, index) => rows.set(waveId, index - (sorted.length - 1) / 2));
    return sorted;
  });
};
