import { durationText, timeOfDay } from '../../../core/view/time-text.ts';
import type { ShownStatus } from '../../../core/view/due.ts';
import type { SpanView, WaveView } from '../../../core/view/execution-view.ts';
import { remembered } from './remembered.tsx';
import { Sign, capitalized, words } from './signs.tsx';
import { spanWords } from '../../../core/view/words.ts';
import { percent, widthOf, type Scale } from './timeline-scale.ts';

interface SpanProps {
  readonly span: SpanView;
  readonly scale: Scale;
  readonly now: number;
}

const nameOf = ({ kind, label }: SpanView): string =>
  [capitalized(spanWords[kind]), ...(kind === 'ACTION' || kind === 'APPROVAL' ? [label] : [])].join(' ');

const Span = ({ span, scale, now }: SpanProps) => {
  const to = span.to ?? now;
  const until = span.to === undefined ? 'now' : timeOfDay(span.to);
  return (
    <span
      class={`span is-${span.kind}${span.to === undefined ? ' is-open' : ''}${span.failed ? ' is-bad' : ''}`}
      style={{ left: percent(span.from, scale), width: widthOf(span.from, to, scale) }}
      title={`${nameOf(span)}: ${timeOfDay(span.from)} to ${until}, ${durationText(to - span.from)}`}
    >
      <span>{capitalized(spanWords[span.kind])}</span>
    </span>
  );
};

const summaryOf = (wave: WaveView, status: ShownStatus, now: number): string => {
  const spans = wave.spans.map((span) => `${nameOf(span)} ${durationText((span.to ?? now) - span.from)}`);
  return `${wave.waveId}, ${words[status]}${spans.length === 0 ? '' : `: ${spans.join(', ')}`}`;
};

interface RowProps {
  readonly wave: WaveView;
  readonly status: ShownStatus;
  readonly from: number;
  readonly to: number;
  /** The end of what is still open, epoch ms. */
  readonly now: number;
  readonly isSelected: boolean;
  readonly isStop: boolean;
  readonly isCritical: boolean;
  /** What is expected of it, epoch ms; undefined when there is nothing to come. */
  readonly aheadFrom: number | undefined;
  readonly aheadTo: number;
  readonly onSelect: (waveId: string) => void;
}

/** What one wave did, does and is expected to do. */
export const Row = remembered((props: RowProps) => {
  const { wave, status, from, to, now, isSelected, isStop, isCritical, aheadFrom, aheadTo, onSelect } = props;
  const scale = { from, to };
  return (
    <li class={isSelected ? 'is-selected' : ''}>
      <button
        type="button"
        class="row-name"
        aria-pressed={isSelected}
        tabIndex={isStop ? 0 : -1}
        onClick={() => onSelect(wave.waveId)}
        aria-label={`${summaryOf(wave, status, now)}${isCritical ? ', on the critical path' : ''}`}
      >
        <Sign status={status} />
        <span>{wave.waveId}</span>
        {isCritical && <i title="On the critical path">◆</i>}
      </button>
      <div class={`track${isCritical ? ' is-critical' : ''}`}>
        {aheadFrom !== undefined && (
          <span
            class="span is-ahead"
            style={{ left: percent(aheadFrom, scale), width: widthOf(aheadFrom, aheadTo, scale) }}
            title={`Expected: ${timeOfDay(aheadFrom)} to ${timeOfDay(aheadTo)}`}
          />
        )}
        {wave.spans.map((span) => (
          <Span key={`${span.kind}${span.label}${span.from}`} {...{ span, scale, now }} />
        ))}
      </div>
    </li>
  );
});
