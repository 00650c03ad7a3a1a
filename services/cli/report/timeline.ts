import type { ExecutionReport, ReportPhase, ReportSpan } from '../../domain/report/report-model.ts';
import { durationText } from '../format.ts';
import { escapeHtml } from './markup.ts';

const classOf: Readonly<Record<ReportPhase, string>> = {
  snapshot: 'snapshot',
  conversion: 'conversion',
  launch: 'launch',
  action: 'action',
  'waiting for people': 'people',
  'waiting for quota': 'quota',
  orchestration: 'soft',
};

const unitsWide = 1_000;
const unitsHigh = 22;

/** Narrower than this, a bar is not seen. */
const widthMin = 3;

interface Scale {
  readonly from: number;
  readonly to: number;
}

const barSvg = ({ from, to }: Scale, span: ReportSpan): string => {
  const unit = unitsWide / Math.max(1, to - from);
  const width = Math.max(widthMin, (span.to - span.from) * unit);
  const x = Math.min(unitsWide - width, (span.from - from) * unit);
  const failed = span.failed
    ? `<rect class="failed" x="${x.toFixed(1)}" y="17" width="${width.toFixed(1)}" height="5"/>`
    : '';
  const title = `${span.label}: ${durationText(span.to - span.from)}${span.failed ? ', failed' : ''}`;
  return `<g><title>${escapeHtml(title)}</title><rect class="${classOf[span.phase]}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${unitsHigh}"/>${failed}</g>`;
};

const lane = (label: string, spans: readonly ReportSpan[], scale: Scale): string => {
  const said = spans.map((span) => `${span.label} ${durationText(span.to - span.from)}`).join(', ');
  const aria = escapeHtml(`${label}: ${said === '' ? 'did not run' : said}`);
  const bars = spans.map((span) => barSvg(scale, span)).join('');
  return `<div class="lane"><span>${escapeHtml(label)}</span><svg role="img" aria-label="${aria}" viewBox="0 0 ${unitsWide} ${unitsHigh}" preserveAspectRatio="none">${bars}</svg></div>`;
};

const tickCount = 5;

/** The waves as lanes over the time of the whole execution. */
export const timelineHtml = ({ waves, startedAt, endedAt, phases }: ExecutionReport): string => {
  if (waves.length === 0) return '';
  const scale = { from: startedAt, to: Math.max(endedAt, startedAt + 1) };
  const ticks = Array.from({ length: tickCount }, (_, index) =>
    durationText(((scale.to - scale.from) * index) / (tickCount - 1)),
  );
  const legend = phases
    .filter(({ phase, ms }) => ms > 0 && phase !== 'orchestration')
    .map(({ phase }) => {
      const swatch = `<svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${classOf[phase]}" width="12" height="12"/></svg>`;
      return `<li>${swatch}${phase}</li>`;
    });
  return [
    ...waves.map((wave) => lane(wave.waveId, wave.spans, scale)),
    `<div class="lane axis-lane"><span></span><div class="axis">${ticks.map((tick) => `<span>${tick}</span>`).join('')}</div></div>`,
    `<ul class="legend">${legend.join('')}</ul>`,
  ].join('');
};
