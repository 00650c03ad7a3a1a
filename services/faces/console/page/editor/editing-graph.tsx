import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { layoutOf } from '../graph-layout.ts';
import { showWave } from '../graph-scroll.ts';
import { sizeOf } from '../graph-size.ts';
import { followArrows, showFocused } from '../roving.ts';
import { Sheet } from '../sheet.tsx';
import type { WrittenWave } from './plan-document.ts';

interface EditingGraphProps {
  readonly waves: readonly WrittenWave[];
  readonly selected: string | undefined;
  /** The waves in which something is wrong. */
  readonly faulty: ReadonlySet<string>;
  readonly onSelect: (waveId: string) => void;
  /** The first is to wait for the second. */
  readonly onConnect: (waveId: string, dependency: string) => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line that is being drawn from a wave to the one that is to wait for it. */
interface Drawn {
  readonly from: string;
  readonly start: Point;
  readonly end: Point;
}

const waveUnder = ({ clientX, clientY }: PointerEvent): string | undefined => {
  const place = document.elementFromPoint(clientX, clientY)?.closest('.graph [data-wave]');
  return place instanceof HTMLElement ? place.dataset['wave'] : undefined;
};

/** Where a pointer is on the sheet. */
const pointOn = (sheet: Element | null | undefined, { clientX, clientY }: PointerEvent): Point => {
  const { left = 0, top = 0 } = sheet?.getBoundingClientRect() ?? {};
  return { x: clientX - left, y: clientY - top };
};

const labelOf = ({ waveId, dependsOn }: WrittenWave, isFaulty: boolean): string =>
  [
    `Wave ${waveId}`,
    dependsOn.length > 0 ? `waits for ${dependsOn.join(', ')}` : 'waits for nothing',
    ...(isFaulty ? ['has a fault'] : []),
  ].join(', ');

/** The shape alone, by which it is laid out anew. */
const shapeOf = (waves: readonly WrittenWave[]): string =>
  JSON.stringify(waves.map(({ waveId, dependsOn }) => [waveId, dependsOn]));

/** A line that follows the pointer from the handle of a wave until it is let go over another. */
const useDrawing = (frame: RefObject<HTMLElement | null>, onConnect: EditingGraphProps['onConnect']) => {
  const [drawn, setDrawn] = useState<Drawn | undefined>(undefined);
  const sheet = (): Element | null | undefined => frame.current?.querySelector('.graph-sheet');
  return {
    drawn,
    begin: (event: PointerEvent, from: string): void => {
      event.preventDefault();
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      const start = pointOn(sheet(), event);
      setDrawn({ from, start, end: start });
    },
    draw: (event: PointerEvent): void => {
      if (drawn !== undefined) setDrawn({ ...drawn, end: pointOn(sheet(), event) });
    },
    end: (event: PointerEvent): void => {
      const target = waveUnder(event);
      setDrawn(undefined);
      if (drawn !== undefined && target !== undefined && target !== drawn.from) onConnect(target, drawn.from);
    },
    giveUp: (): void => setDrawn(undefined),
  };
};

interface WaveNodeProps {
  readonly wave: WrittenWave;
  readonly isSelected: boolean;
  readonly isStop: boolean;
  readonly isFaulty: boolean;
  readonly drawing: ReturnType<typeof useDrawing>;
  readonly onSelect: (waveId: string) => void;
}

const WaveNode = ({ wave, isSelected, isStop, isFaulty, drawing, onSelect }: WaveNodeProps) => {
  const { waveId } = wave;
  const label = labelOf(wave, isFaulty);
  return (
    <div class="node-room" data-wave={waveId}>
      <button
        type="button"
        class={`node is-small ${isFaulty ? 'is-FAILED' : 'is-WAITING'}`}
        aria-pressed={isSelected}
        aria-label={label}
        title={label}
        tabIndex={isStop ? 0 : -1}
        onClick={() => onSelect(waveId)}
      >
        <span class="node-name">{waveId}</span>
      </button>
      <span
        class="handle"
        aria-hidden="true"
        title={`Draw to the wave that waits for ${waveId}`}
        onPointerDown={(event) => drawing.begin(event, waveId)}
        onPointerMove={drawing.draw}
        onPointerUp={drawing.end}
        onPointerCancel={drawing.giveUp}
      />
    </div>
  );
};

/** The waves as they are written; a line is drawn from the handle of one to the wave that waits for it. */
export const EditingGraph = ({ waves, selected, faulty, onSelect, onConnect }: EditingGraphProps) => {
  const frame = useRef<HTMLDivElement>(null);
  const drawing = useDrawing(frame, onConnect);
  // A name that stands twice is a fault of the text, and one place in the graph.
  const byId = useMemo(() => new Map(waves.map((wave) => [wave.waveId, wave])), [waves]);
  const named = [...byId.values()];
  const size = sizeOf(named, false);
  const layout = useMemo(() => layoutOf(named, size), [shapeOf(named), JSON.stringify(size)]);
  useEffect(() => {
    if (frame.current !== null) showWave(frame.current, layout, size, 1, selected);
  }, [selected, layout]);
  const stop = selected !== undefined && byId.has(selected) ? selected : named[0]?.waveId;
  const { drawn } = drawing;
  return (
    <div
      class="graph is-edited"
      ref={frame}
      role="group"
      aria-label="Waves and what each waits for; the arrow keys go from wave to wave"
      onKeyDown={followArrows}
      onFocusIn={showFocused}
    >
      <Sheet
        {...{ layout, size }}
        edgeClass={({ from, to }) => (selected === from || selected === to ? 'is-selected' : '')}
        node={(waveId) => {
          const wave = byId.get(waveId);
          return wave === undefined ? null : (
            <WaveNode
              {...{ wave, drawing, onSelect }}
              isSelected={selected === waveId}
              isStop={stop === waveId}
              isFaulty={faulty.has(waveId)}
            />
          );
        }}
        over={
          drawn !== undefined && (
            <svg class="drawn" width={layout.width} height={layout.height} aria-hidden="true">
              <path
                class="edge is-selected"
                d={`M${drawn.start.x} ${drawn.start.y}L${drawn.end.x} ${drawn.end.y}`}
              />
            </svg>
          )
        }
      />
    </div>
  );
};
