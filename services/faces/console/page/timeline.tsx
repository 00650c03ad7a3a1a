import { timeOfDay } from '../../../core/view/time-text.ts';
import { useMemo } from 'preact/hooks';
import { shownStatus } from '../../../core/view/due.ts';
import type { ExecutionView, WaveView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { layersOf } from '../../../core/view/layers.ts';
import type { Projection } from '../../../core/view/projection.ts';
import { isNarrow } from './graph-size.ts';
import { followArrows, showFocused } from './roving.ts';
import { Row } from './timeline-row.tsx';
import { percent, scaleOf, ticksOf, type Scale } from './timeline-scale.ts';
import { isWanted, type Wanted } from './wave-filter.tsx';

interface TimelineProps {
  readonly view: ExecutionView;
  readonly projection: Projection;
  readonly now: number;
  readonly selected: string | undefined;
  readonly wanted: Wanted;
  readonly onSelect: (waveId: string) => void;
}

interface Mark {
  readonly name: 'target' | 'end';
  readonly at: number;
  readonly text: string;
}

/** Each is labelled on its left, a line below the earlier one, so that labels neither meet nor leave the frame. */
const Marks = ({ marks, scale }: { readonly marks: readonly Mark[]; readonly scale: Scale }) => (
  <>
    {[...marks]
      .sort((a, b) => a.at - b.at)
      .map(({ name, at, text }) => (
        <i key={name} class={name} style={{ left: percent(at, scale) }}>
          <b>{text}</b>
        </i>
      ))}
  </>
);

/** In the order of the graph's layers, which is the order in which they start. */
const useLayered = (waves: readonly WaveView[]): readonly WaveView[] => {
  const shape = JSON.stringify(waves.map(({ waveId, dependsOn }) => [waveId, dependsOn]));
  const order = useMemo(() => layersOf(waves).flat(), [shape]);
  const byId = new Map(waves.map((wave) => [wave.waveId, wave]));
  return order.flatMap((waveId) => byId.get(waveId) ?? []);
};

const aheadOf = (wave: WaveView, { view, projection, now }: TimelineProps) => {
  const projected = projection.waves.get(wave.waveId);
  if (projected === undefined || wave.endedAt !== undefined || isOver(view))
    return { aheadFrom: undefined, aheadTo: 0 };
  return {
    aheadFrom: Math.max(projected.from, wave.startedAt === undefined ? 0 : now),
    aheadTo: projected.to,
  };
};

/** Which wave did what when, and when it all is expected to end. */
export const Timeline = (props: TimelineProps) => {
  const { view, projection, now, selected, wanted, onSelect } = props;
  const begin = view.startedAt ?? now;
  const target = view.rtoMinutes === undefined ? undefined : begin + view.rtoMinutes * 60_000;
  const end = Math.max(projection.end, isOver(view) ? 0 : now);
  const { isTargetShown, ...scale } = scaleOf({ from: begin, end, target });
  const rows = useLayered(view.waves).filter((wave) => isWanted(wave, wanted));
  const path = new Set(projection.criticalPath);
  const stop = rows.find(({ waveId }) => waveId === selected) ?? rows[0];
  const marks: readonly Mark[] = [
    ...(isTargetShown && target !== undefined ? [{ name: 'target', at: target, text: 'RTO' } as const] : []),
    { name: 'end', at: projection.end, text: isOver(view) ? 'End' : 'At the latest' },
  ];
  return (
    <div
      class="timeline"
      role="group"
      aria-label="Timeline; the arrow keys go from wave to wave"
      onKeyDown={followArrows}
      onFocusIn={showFocused}
    >
      <div class="axis" aria-hidden="true">
        <div>
          <Marks {...{ marks, scale }} />
          {ticksOf(scale, isNarrow() ? 4 : 7).map((minutes) => (
            <span key={minutes} style={{ left: percent(begin + minutes * 60_000, scale) }}>
              {minutes} min
            </span>
          ))}
        </div>
      </div>
      <div class="rows">
        <ol>
          {rows.map((wave) => (
            <Row
              key={wave.waveId}
              wave={wave}
              status={shownStatus(wave)}
              from={scale.from}
              to={scale.to}
              now={wave.spans.some(({ to }) => to === undefined) ? (view.endedAt ?? now) : 0}
              isSelected={selected === wave.waveId}
              isStop={stop === wave}
              isCritical={path.has(wave.waveId)}
              {...aheadOf(wave, props)}
              onSelect={onSelect}
            />
          ))}
        </ol>
        <div class="marks" aria-hidden="true">
          {!isOver(view) && (
            <i class="now" style={{ left: percent(now, scale) }} title={`now, ${timeOfDay(now)}`} />
          )}
          <Marks {...{ marks, scale }} />
        </div>
      </div>
      {rows.length === 0 && <p class="quiet">No matching waves.</p>}
    </div>
  );
};
