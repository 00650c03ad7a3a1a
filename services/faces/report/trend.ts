import { visible, visibleIn } from '../../../contracts/visible-text.ts';
import type { ExecutionReport } from './report-model.ts';
import { durationText, timeText } from '../../core/view/time-text.ts';
import { escapeHtml, sectionHtml, tableHtml } from './markup.ts';
import { pageHtml } from './page.ts';
import { rtoText, verdictLine } from './sentences.ts';

const head = [
  'started (UTC)',
  'mode',
  'plan',
  'outcome',
  'time',
  'recovery time',
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
    `${report.launched} of ${report.serverCount}`,
    durationText(waited(report)),
    verdictLine(report).value,
  ];
};

const barsHtml = (reports: readonly ExecutionReport[]): string => {
  const longest = Math.max(1, ...reports.map(({ startedAt, endedAt }) => endedAt - startedAt));
  return reports
    .map((report) => {
      const width = (1_000 * (report.endedAt - report.startedAt)) / longest;
      const tone = report.status === 'COMPLETED' ? 'launch' : 'action';
      const label = `${timeText(report.startedAt)}, ${durationText(report.endedAt - report.startedAt)}, ${report.status}`;
      return `<div class="lane"><span>${timeText(report.startedAt).slice(0, 16)}</span><svg role="img" aria-label="${escapeHtml(label)}" viewBox="0 0 1000 22" preserveAspectRatio="none"><rect class="${tone}" width="${width.toFixed(1)}" height="22"/></svg></div>`;
    })
    .join('');
};

/** All executions of a plan, oldest first, side by side. */
export const trendHtml = (planId: string, given: readonly ExecutionReport[]): string => {
  const reports = visibleIn(given);
  return pageHtml(
    `Executions of ${planId}`,
    [
      `<h1>Executions of ${escapeHtml(planId)}</h1><p class="soft">${reports.length} in all, oldest first.</p>`,
      sectionHtml('How long each took', barsHtml(reports)),
      sectionHtml(
        'Side by side',
        tableHtml(
          'Executions',
          head,
          reports.map((each) => row(each).map(escapeHtml)),
        ),
      ),
    ].join('\n'),
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
