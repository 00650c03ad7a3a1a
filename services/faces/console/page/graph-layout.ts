import { layersOf, type GraphWave } from '../../../core/view/layers.ts';

export interface Placed {
  readonly waveId: string;
  readonly x: number;
  readonly y: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly path: string;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly Edge[];
}

export interface NodeSize {
  readonly width: number;
  readonly height: number;
  /** Between layers, and between nodes of one layer. */
  readonly gap: number;
  readonly rowGap: number;
  readonly isUpright: boolean;
}

/** Layers from left to right, or from top to bottom where the page is narrow. */
export const layoutOf = (waves: readonly GraphWave[], size: NodeSize): GraphLayout => {
  const layers = layersOf(waves);
  const widest = Math.max(1, ...layers.map((layer) => layer.length));
  const along = size.isUpright ? size.height : size.width;
  const across = size.isUpright ? size.width : size.height;
  const acrossTotal = widest * (across + size.rowGap) - size.rowGap;
  const nodes = layers.flatMap((layer, depth) =>
    layer.map((waveId, index): Placed => {
      const free = acrossTotal - (layer.length * (across + size.rowGap) - size.rowGap);
      const [a, b] = [depth * (along + size.gap), free / 2 + index * (across + size.rowGap)];
      return size.isUpright ? { waveId, x: b, y: a } : { waveId, x: a, y: b };
    }),
  );
  const byId = new Map(nodes.map((node) => [node.waveId, node]));
  const edges = waves.flatMap(({ waveId, dependsOn }) =>
    dependsOn.flatMap((from) => {
      const [a, b] = [byId.get(from), byId.get(waveId)];
      return a === undefined || b === undefined ? [] : [{ from, to: waveId, path: curve(a, b, size) }];
    }),
  );
  const alongTotal = layers.length * (along + size.gap) - size.gap;
  return size.isUpright
    ? { width: acrossTotal, height: alongTotal, nodes, edges }
    : { width: alongTotal, height: acrossTotal, nodes, edges };
};

const curve = (a: Placed, b: Placed, { width, height, gap, isUpright }: NodeSize): string => {
  const bend = gap / 2;
  if (isUpright) {
    const [x, y, toX, toY] = [a.x + width / 2, a.y + height, b.x + width / 2, b.y - 2];
    return `M${x} ${y}C${x} ${y + bend} ${toX} ${toY - bend} ${toX} ${toY}`;
  }
  const [x, y, toX, toY] = [a.x + width, a.y + height / 2, b.x - 2, b.y + height / 2];
  return `M${x} ${y}C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
};
