import type { GraphLayout, NodeSize } from './graph-layout.ts';

/** Brings a wave into sight, without moving the page around it. */
export const showWave = (
  frame: HTMLElement,
  layout: GraphLayout,
  size: NodeSize,
  zoom: number,
  waveId = '',
): void => {
  const node = layout.nodes.find((each) => each.waveId === waveId);
  if (node === undefined) return;
  const [x, y] = [(node.x + size.width / 2) * zoom, (node.y + size.height / 2) * zoom];
  frame.scrollTo({ left: x - frame.clientWidth / 2, top: y - frame.clientHeight / 2 });
};
