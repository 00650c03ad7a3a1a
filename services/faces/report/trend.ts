import { html } from 'hono/html';
import { visible, visibleIn } from '../../../contracts/visible-text.ts';
import type { ExecutionReport } from './report-model.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import { sectionHtml, tableHtml, type Html } from './markup.ts';
import { pageHtml } from './page.ts';
import { greenText, rtoText, verdictLine } from './sentences.ts';

const head = [
  'started (UTC)',
  'mode',
  'plan',
  'outcome',
  'time',
  'recovery time',
  'time to green',
  'servers',
  'waiting for people',
  'proof',
];

const waited = ({ phases }: ExecutionReport): number =>
  phases.find(({ phase }) => phase === 'waiting for people')?.ms ?? 0;

const row = (report: ExecutionReport): readonly string[] => {
  const rto = rtoText(report);
  return [
    timeText(report.startedAt),
    report.mode,
    `version ${report.planVersion}`,
    report.status,
    durationText(report.endedAt - report.startedAt),
    `${rto.value} (${rto.note})`,
    greenText(report.times).value,
    `${report.launched} of ${report.serverCount}`,
    durationText(waited(report)),
    verdictLine(report).value,
  ];
};

const barsHtml = (reports: readonly ExecutionReport[]): Html => {
  const longest = Math.max(1, ...reports.map(({ startedAt, endedAt }) => endedAt - startedAt));
  const bars = reports.map((report) => {
    const width = (1_000 * (report.endedAt - report.startedAt)) / longest;
    const tone = report.status === 'COMPLETED' ? 'launch' : 'action';
    const label = `${timeText(report.startedAt)}, ${durationText(report.endedAt - report.startedAt)}, ${report.status}`;
    return html`<div class="lane"><span>${timeText(report.startedAt).slice(0, 16)}</span><svg role="img" aria-label="${label}" viewBox="0 0 1000 22" preserveAspectRatio="none"><rect class="${tone}" width="${width.toFixed(1)}" height="22"/></svg></div>`;
  });
  return html`${bars}`;
};

/** All executions of a plan, oldest first, side by side. */
export const trendHtml = (planId: string, given: readonly ExecutionReport[]): string => {
  const reports = visibleIn(given);
  return pageHtml(
    `Executions of ${planId}`,
    html`<h1>Executions of ${planId}</h1><p class="soft">${reports.length} in all, oldest first.</p>
${reports.length > 0 && sectionHtml('How long each took', barsHtml(reports))}
${sectionHtml('Side by side', tableHtml('Executions', head, reports.map(row)))}`,
  );
};

export const trendMarkdown = (planId: string, reports: readonly ExecutionReport[]): string =>
  [
    `# Executions of ${visible(planId)}`,
    '',
    ...[head, head.map(() => '---'), ...visibleIn(reports).map(row)].map(
      (cells) => `| ${cells.join(' | ')} |`,
    ),
    '',
  ].join('\n');
