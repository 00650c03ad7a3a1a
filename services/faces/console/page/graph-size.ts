import { signal } from '@preact/signals';
import { layersOf, type GraphWave } from '../../../core/view/layers.ts';
import type { NodeSize } from './graph-layout.ts';

const room = signal(innerWidth);
addEventListener('resize', () => (room.value = innerWidth));

/** Above this, nodes show only a name and a state. */
export const fullMax = 40;
const narrowMax = 700;
const pairMin = 1_000;

const within = (least: number, value: number, most: number): number => Math.max(least, Math.min(most, value));

export const isNarrow = (): boolean => room.value <= narrowMax;

/** How much room a panel has beside another one. */
export const panelWidth = (): number =>
  (Math.min(room.value, 1_680) - 64) / (room.value > pairMin ? 2 : 1) - 48;

/** About how wide a letter of a name is, and what stands beside it. */
const [letter, beside] = [7.4, 44];

const longestOf = (waves: readonly GraphWave[]): number =>
  Math.max(0, ...waves.map(({ waveId }) => waveId.length));

/** Of nodes that show little more than their names: wide enough for the longest, in two lines where it is very long. */
const smallOf = (waves: readonly GraphWave[]): Pick<NodeSize, 'width' | 'height'> => {
  const longest = beside + letter * longestOf(waves);
  const most = isNarrow() ? 170 : 230;
  return { width: Math.ceil(within(110, longest, most)), height: longest > most ? 46 : 34 };
};

/** Nodes as wide as the panel has room for, so that a plan of a few layers is seen as a whole. */
export const sizeOf = (waves: readonly GraphWave[], isFull: boolean): NodeSize => {
  const isUpright = isNarrow();
  if (!isFull) return { ...smallOf(waves), gap: isUpright ? 28 : 56, rowGap: 10, isUpright };
  // The name has a line of its own there, so that it is read whole.
  if (isUpright) return { width: 160, height: 120, gap: 30, rowGap: 10, isUpright };
  const layers = Math.max(1, layersOf(waves).length);
  const gap = layers > 4 ? 30 : 40;
  // The longest name takes two lines at most.
  const least = within(150, 62 + (letter + 1) * (longestOf(waves) / 2), 250);
  const width = Math.floor(within(least, (panelWidth() - (layers - 1) * gap) / layers, 250));
  return { width, height: 116, gap, rowGap: 16, isUpright };
};
