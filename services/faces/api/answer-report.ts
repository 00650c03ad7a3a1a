import { reportHtml } from '../report/html.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { executionReport } from '../report/execution-report.ts';
import { readVerified } from '../../core/streams/read-verified.ts';
import { acceptedFormat, type ReportFormat } from './report-format.ts';
import { lockedIn, problem } from './problem.ts';
import type { Answer, ApiPorts } from './route.ts';

/** The report of an execution, verified against its stored streams: in the wanted form, or in what `accept` likes best. */
export const answerReport = async (
  { store }: ApiPorts,
  executionId: string,
  wanted: ReportFormat | undefined,
  accept: string | undefined,
): Promise<Answer> => {
  const format = wanted ?? acceptedFormat(accept);
  if (format === undefined)
    return problem(
      406,
      'A report is text/html, text/markdown or application/json; for a PDF, run `groundswell report`.',
    );
  const { events, verdict } = await readVerified(store, executionId, 'live');
  const report = executionReport(events, verdict);
  if (report === undefined)
    return problem(
      404,
      `The audit has no record of ${executionId}; \`groundswell status\` lists executions.`,
    );
  if (format === 'json') return { status: 200, body: report };
  return format === 'html'
    ? { status: 200, headers: lockedIn, text: { type: 'text/html', content: reportHtml(report) } }
    : { status: 200, text: { type: 'text/markdown', content: reportMarkdown(report) } };
};
