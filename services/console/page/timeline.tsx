import type { ExecutionView, SpanView, WaveView } from '../../view/execution-view.ts';
import { isOver } from '../../view/fold.ts';
import type { Projected, Projection } from '../../view/projection.ts';
import { Sign } from './signs.tsx';
import { duration, phase, timeOfDay, words } from './text.ts';

interface Scale {
  readonly from: number;
  readonly to: number;
}

const percent = (at: number, { from, to }: Scale): string =>
  `${Math.min(100, Math.max(0, (100 * (at - from)) / Math.max(1, to - from)))}%`;

const width = (from: number, to: number, scale: Scale): string =>
  `${Math.max(0.25, (100 * (Math.min(to, scale.to) - from)) / Math.max(1, scale.to - scale.from))}%`;

const stepsMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440];

/** Whole minutes since the start, no more of them than there is room for. */
const ticksOf = ({ from, to }: Scale): readonly number[] => {
  const minutes = (to - from) / 60_000;
  const most = innerWidth < 700 ? 3 : 7;
  const step = stepsMinutes.find((each) => minutes / each <= most) ?? 1_440;
  return Array.from({ length: Math.floor(minutes / step) + 1 }, (_, index) => index * step);
};

const Span = ({
  span,
  scale,
  now,
}: {
  readonly span: SpanView;
  readonly scale: Scale;
  readonly now: number;
}) => {
  const to = span.to ?? now;
  const name =
    span.kind === 'ACTION' || span.kind === 'APPROVAL'
      ? `${phase(span.kind)} ${span.label}`
      : phase(span.kind);
  return (
    <span
      class={`span is-${span.kind}${span.to === undefined ? ' is-open' : ''}${span.failed ? ' is-bad' : ''}`}
      style={{ left: percent(span.from, scale), width: width(span.from, to, scale) }}
      title={`${name}: ${timeOfDay(span.from)} to ${span.to === undefined ? 'now' : timeOfDay(span.to)}, ${duration(to - span.from)}`}
    >
      <span>{phase(span.kind)}</span>
    </span>
  );
};

const summaryOf = (wave: WaveView, now: number): string => {
  const spans = wave.spans.map((span) => `${phase(span.kind)} ${duration((span.to ?? now) - span.from)}`);
  return `${wave.waveId}, ${words[wave.status]}${spans.length === 0 ? '' : `: ${spans.join(', ')}`}`;
};

interface RowProps {
  readonly wave: WaveView;
  readonly view: ExecutionView;
  readonly scale: Scale;
  readonly now: number;
  readonly isSelected: boolean;
  readonly isCritical: boolean;
  readonly projected: Projected | undefined;
  readonly onSelect: () => void;
}

const Row = ({ wave, view, scale, now, isSelected, isCritical, projected, onSelect }: RowProps) => {
  const isAhead = projected !== undefined && wave.endedAt === undefined && !isOver(view);
  const ahead = Math.max(projected?.from ?? 0, wave.startedAt === undefined ? 0 : now);
  return (
    <li class={isSelected ? 'is-selected' : ''}>
      <button type="button" class="row-name" onClick={onSelect} aria-label={summaryOf(wave, now)}>
        <Sign status={wave.status} />
        <span>{wave.waveId}</span>
        {isCritical && (
          <abbr title="On the critical path" aria-label="on the critical path">
            ◆
          </abbr>
        )}
      </button>
      <div class={`track${isCritical ? ' is-critical' : ''}`}>
        {isAhead && (
          <span
            class="span is-ahead"
            style={{ left: percent(ahead, scale), width: width(ahead, projected.to, scale) }}
          />
        )}
        {wave.spans.map((span) => (
          <Span
            key={`${span.kind}${span.label}${span.from}`}
            span={span}
            scale={scale}
            now={view.endedAt ?? now}
          />
        ))}
      </div>
    </li>
  );
};

interface TimelineProps {
  readonly view: ExecutionView;
  readonly projection: Projection;
  readonly now: number;
  readonly selected: string | undefined;
  readonly onSelect: (waveId: string) => void;
}

/** Which wave did what when, and when it all is expected to end. */
export const Timeline = ({ view, projection, now, selected, onSelect }: TimelineProps) => {
  const from = view.startedAt ?? now;
  const target = view.rtoMinutes === undefined ? undefined : from + view.rtoMinutes * 60_000;
  const end = Math.max(projection.end, isOver(view) ? 0 : now, from + 60_000);
  // A target far behind the end would press everything else together.
  const isTargetShown = target !== undefined && target - from < 2.5 * (end - from);
  const scale = { from, to: Math.max(end, isTargetShown ? target : 0) * 1 + (end - from) * 0.03 };
  return (
    <div class="timeline" role="group" aria-label="Timeline">
      <div class="axis" aria-hidden="true">
        {ticksOf(scale).map((minutes) => (
          <span key={minutes} style={{ left: percent(from + minutes * 60_000, scale) }}>
            {minutes} min
          </span>
        ))}
      </div>
      <ol>
        {view.waves.map((wave) => (
          <Row
            key={wave.waveId}
            {...{ wave, view, scale, now }}
            isSelected={selected === wave.waveId}
            isCritical={projection.criticalPath.includes(wave.waveId)}
            projected={projection.waves.get(wave.waveId)}
            onSelect={() => onSelect(wave.waveId)}
          />
        ))}
      </ol>
      <div class="marks" aria-hidden="true">
        {!isOver(view) && (
          <i class="now" style={{ left: percent(now, scale) }} title={`now, ${timeOfDay(now)}`} />
        )}
        {isTargetShown && (
          <i class="target" style={{ left: percent(target, scale) }}>
            <b>RTO</b>
          </i>
        )}
      </div>
    </div>
  );
};

export const Legend = () => (
  <p class="legend" aria-label="Legend of the timeline">
    {(['ACTION', 'APPROVAL', 'CAPACITY', 'SNAPSHOT', 'CONVERSION', 'LAUNCH'] as const).map((kind) => (
      <span key={kind}>
        <i class={`span is-${kind}`} />
        {phase(kind)}
      </span>
    ))}
    <span>
      <i class="span is-ahead" />
      Expected
    </span>
    <span>
      <b aria-hidden="true">◆</b> Critical path
    </span>
  </p>
);
