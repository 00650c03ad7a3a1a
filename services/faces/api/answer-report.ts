import { reportHtml } from '../report/html.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { executionReport } from '../report/execution-report.ts';
import { readVerified } from '../../core/streams/read-verified.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { acceptedFormat, asText, inForm, type ReportFormat } from './report-format.ts';
import { problem } from './problem.ts';
import type { Answer, ApiPorts } from './route.ts';

/** The report of an execution, verified against its stored streams: in the wanted form, or in what `accept` likes best. */
export const answerReport = async (
  { store }: ApiPorts,
  executionId: string,
  wanted: ReportFormat | undefined,
  accept: string | undefined,
): Promise<Answer> =>
  inForm(
    wanted ?? acceptedFormat(accept),
    'A report is text/html, text/markdown or application/json; for a PDF, run `groundswell report`.',
    (format) => reportIn(format, store, executionId),
  );

const reportIn = async (format: ReportFormat, store: RecordStore, executionId: string): Promise<Answer> => {
  const { events, verdict } = await readVerified(store, executionId, 'live');
  const report = executionReport(events, verdict);
  if (report === undefined)
    return problem(
      404,
      `The audit has no record of ${executionId}; \`groundswell status\` lists executions.`,
    );
  if (format === 'json') return { status: 200, body: report };
  return format === 'html'
    ? asText('text/html', reportHtml(report))
    : asText('text/markdown', reportMarkdown(report));
};
