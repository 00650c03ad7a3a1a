import { html } from 'hono/html';
import type { ExecutionReport, ReportPhase, ReportSpan } from './report-model.ts';
import { durationText } from '../../core/view/time-text.ts';
import type { Html } from './markup.ts';

const classOf: Readonly<Record<ReportPhase, string>> = {
  snapshot: 'snapshot',
  conversion: 'conversion',
  launch: 'launch',
  action: 'action',
  'way home': 'homeward',
  'waiting for people': 'people',
  'waiting for quota': 'quota',
  orchestration: 'overhead',
};

export const phaseClass = (phase: ReportPhase): string => classOf[phase];

const unitsWide = 1_000;
const unitsHigh = 22;

/** Narrower than this, a bar is not seen. */
const widthMin = 3;

interface Scale {
  readonly from: number;
  readonly to: number;
}

const barSvg = ({ from, to }: Scale, span: ReportSpan): Html => {
  const unit = unitsWide / Math.max(1, to - from);
  const width = Math.max(widthMin, (span.to - span.from) * unit);
  const x = Math.min(unitsWide - width, (span.from - from) * unit);
  const failed =
    span.failed &&
    html`<rect class="failed" x="${x.toFixed(1)}" y="17" width="${width.toFixed(1)}" height="5"/>`;
  const title = `${span.label}: ${durationText(span.to - span.from)}${span.failed ? ', failed' : ''}`;
  return html`<g><title>${title}</title><rect class="${classOf[span.phase]}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${unitsHigh}"/>${failed}</g>`;
};

/** Where everything was to be recovered, if that lies within the time that is shown. */
const targetSvg = ({ from, to }: Scale, targetAt: number | undefined): Html | undefined => {
  if (targetAt === undefined || targetAt > to) return undefined;
  const x = ((targetAt - from) * unitsWide) / Math.max(1, to - from);
  return html`<line class="target" x1="${x.toFixed(1)}" x2="${x.toFixed(1)}" y1="0" y2="${unitsHigh}"/>`;
};

const lane = (label: string, spans: readonly ReportSpan[], scale: Scale, targetAt?: number): Html => {
  const said = spans.map((span) => `${span.label} ${durationText(span.to - span.from)}`).join(', ');
  const aria = `${label}: ${said === '' ? 'did not run' : said}`;
  const bars = spans.map((span) => barSvg(scale, span));
  return html`<div class="lane"><span>${label}</span><svg role="img" aria-label="${aria}" viewBox="0 0 ${unitsWide} ${unitsHigh}" preserveAspectRatio="none">${bars}${targetSvg(scale, targetAt)}</svg></div>`;
};

const legendItem = (className: string, text: string): Html =>
  html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${className}" width="12" height="12"/></svg>${text}</li>`;

const tickCount = 5;

/** The waves as lanes over the time of the whole execution. */
export const timelineHtml = ({ waves, startedAt, endedAt, phases, rto }: ExecutionReport): Html => {
  const scale = { from: startedAt, to: Math.max(endedAt, startedAt + 1) };
  const targetAt = rto.targetMinutes === undefined ? undefined : startedAt + rto.targetMinutes * 60_000;
  const ticks = Array.from({ length: tickCount }, (_, index) =>
    index === 0 ? '0' : durationText(((scale.to - scale.from) * index) / (tickCount - 1)),
  );
  const legend = phases
    .filter(({ phase, ms }) => ms > 0 && phase !== 'orchestration')
    .map(({ phase }) => legendItem(classOf[phase], phase));
  if (waves.some(({ spans }) => spans.some(({ failed }) => failed)))
    legend.push(legendItem('failed', 'with a failure'));
  if (targetAt !== undefined && targetAt <= scale.to)
    legend.push(legendItem('ink', 'line: recovery time target'));
  const lanes = waves.map((wave) => lane(wave.waveId, wave.spans, scale, targetAt));
  const axis = ticks.map((tick) => html`<span>${tick}</span>`);
  return html`${lanes}<div class="lane axis-lane"><span></span><div class="axis">${axis}</div></div><ul class="legend">${legend}</ul>`;
};
