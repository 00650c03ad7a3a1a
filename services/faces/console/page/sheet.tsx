import type { ComponentChildren } from 'preact';
import type { Edge, GraphLayout, NodeSize } from './graph-layout.ts';
import { remembered } from './remembered.tsx';

interface EdgesProps {
  readonly layout: GraphLayout;
  /** The class of each edge, in their order, one a line. */
  readonly classes: string;
}

const Edges = remembered(({ layout: { width, height, edges }, classes }: EdgesProps) => {
  const each = classes.split('\n');
  return (
    <svg width={width} height={height} aria-hidden="true">
      {edges.map(({ from, to, path }, index) => (
        <path key={`${from}>${to}`} d={path} class={`edge ${each[index] ?? ''}`} />
      ))}
    </svg>
  );
});

interface SheetProps {
  readonly layout: GraphLayout;
  readonly size: NodeSize;
  readonly zoom?: number;
  readonly edgeClass?: (edge: Edge) => string;
  readonly node: (waveId: string) => ComponentChildren;
  /** What is drawn over the waves, in the sheet's own measures. */
  readonly over?: ComponentChildren;
}

/** The waves in their places, and the lines between them. */
export const Sheet = ({ layout, size, zoom = 1, edgeClass = () => '', node, over }: SheetProps) => {
  const { width, height } = layout;
  return (
    <div class="graph-room" style={{ width: `${width * zoom}px`, height: `${height * zoom}px` }}>
      <div
        class="graph-sheet"
        style={{ width: `${width}px`, height: `${height}px`, transform: zoom === 1 ? '' : `scale(${zoom})` }}
      >
        <Edges layout={layout} classes={layout.edges.map(edgeClass).join('\n')} />
        {layout.nodes.map(({ waveId, x, y }) => (
          <div
            key={waveId}
            class="place"
            style={`left:${x}px;top:${y}px;width:${size.width}px;height:${size.height}px`}
          >
            {node(waveId)}
          </div>
        ))}
        {over}
      </div>
    </div>
  );
};
