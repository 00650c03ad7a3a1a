import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { shownStatus } from '../../../core/view/due.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { waitsFor } from '../../../core/view/waits-for.ts';
import { layoutOf } from './graph-layout.ts';
import { Node } from './graph-node.tsx';
import { showWave } from './graph-scroll.ts';
import { fullMax, isNarrow, panelWidth, sizeOf } from './graph-size.ts';
import { followArrows, showFocused } from './roving.ts';
import { Sheet } from './sheet.tsx';
import { isWanted, type Wanted } from './wave-filter.tsx';
import { bounded, Zoom } from './zoom.tsx';

interface GraphProps {
  readonly view: ExecutionView;
  readonly selected: string | undefined;
  readonly wanted: Wanted;
  readonly criticalPath: readonly string[];
  readonly onSelect: (waveId: string) => void;
}

/** The shape of the graph alone: it stays the same while the waves change. */
const shapeOf = ({ waves }: ExecutionView): string =>
  JSON.stringify(waves.map(({ waveId, dependsOn }) => [waveId, dependsOn]));

/** As in the style sheet: what a graph is shown in, and the edges around it. */
const [heightMax, edges] = [560, 16];

/** How much of a graph is seen at once, also after the window has changed. */
const useRoom = (frame: RefObject<HTMLDivElement | null>) => {
  const width = useSignal(panelWidth());
  useEffect(() => {
    const { current } = frame;
    if (current === null) return undefined;
    const observer = new ResizeObserver(() => (width.value = current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return { width: width.value - edges, height: heightMax - edges };
};

/** The waves as they depend on each other, with their state. */
export const Graph = ({ view, selected, wanted, criticalPath, onSelect }: GraphProps) => {
  const frame = useRef<HTMLDivElement>(null);
  const chosenZoom = useSignal<number | undefined>(undefined);
  const isFull = view.waves.length <= fullMax;
  const size = sizeOf(view.waves, isFull);
  const layout = useMemo(() => layoutOf(view.waves, size), [shapeOf(view), JSON.stringify(size)]);
  const { width: roomWidth, height: roomHeight } = useRoom(frame);
  const fitting = bounded(Math.min(roomWidth / layout.width, roomHeight / layout.height, 1));
  const zoom = chosenZoom.value ?? (isFull || isNarrow() ? 1 : Math.max(0.6, fitting));
  useEffect(() => {
    if (frame.current !== null) showWave(frame.current, layout, size, zoom, selected);
  }, [selected, layout, zoom]);
  const byId = new Map(view.waves.map((wave) => [wave.waveId, wave]));
  const path = new Set(criticalPath);
  const stop = selected ?? view.waves[0]?.waveId;
  return (
    <>
      {(!isFull || (fitting < 1 && !isNarrow())) && (
        <Zoom zoom={zoom} fitting={fitting} onZoom={(value) => (chosenZoom.value = value)} />
      )}
      <div
        class="graph"
        ref={frame}
        role="group"
        aria-label="Waves and their dependencies; the arrow keys go from wave to wave"
        onKeyDown={followArrows}
        onFocusIn={showFocused}
      >
        <Sheet
          {...{ layout, size, zoom }}
          edgeClass={({ from, to }) =>
            `is-${byId.get(from)?.status ?? 'WAITING'}${path.has(from) && path.has(to) ? ' is-critical' : ''}`
          }
          node={(waveId) => {
            const wave = byId.get(waveId);
            return wave === undefined ? null : (
              <Node
                wave={wave}
                status={shownStatus(wave)}
                waiting={waitsFor(wave, view).text}
                isSelected={selected === waveId}
                isStop={stop === waveId}
                isCritical={path.has(waveId)}
                isFull={isFull}
                isDim={!isWanted(wave, wanted)}
                onSelect={onSelect}
              />
            );
          }}
        />
      </div>
    </>
  );
};
