import { writeFile } from 'node:fs/promises';
import type { ExecutionReport } from '../report/report-model.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readVerified } from '../../core/streams/read-verified.ts';
import { executionReport } from '../report/execution-report.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import { nearExecutions } from './named-execution.ts';
import type { Console } from './console.ts';
import { reportHtml } from '../report/html.ts';
import { reportMarkdown } from '../report/markdown.ts';
import { outFile } from './out-file.ts';
import { printPdf } from './print-pdf.ts';
import { trendHtml, trendMarkdown } from '../report/trend.ts';

export type ReportFormat = 'html' | 'pdf' | 'md' | 'json';

export interface ReportOptions extends ConnectionOptions {
  readonly format: ReportFormat;
  readonly json?: boolean;
  readonly out?: string;
  readonly trend?: string;
  readonly run: string;
}

const ended = ['COMPLETED', 'PARTIAL', 'FAILED', 'CANCELLED'];
const executionsMax = 1_000;

/** Undefined when the audit has recorded nothing of the execution. */
const readReport = async (
  store: RecordStore,
  executionId: string,
  run: string,
): Promise<ExecutionReport | undefined> => {
  const { events, verdict } = await readVerified(store, executionId, run);
  return executionReport(events, verdict);
};

/** Every execution of a plan that has ended, oldest first. */
const readTrend = async (
  store: RecordStore,
  planId: string,
  run: string,
): Promise<readonly ExecutionReport[]> => {
  const found = await Promise.all(ended.map((status) => store.executionsByStatus(status, executionsMax)));
  const reports: ExecutionReport[] = [];
  for (const { executionId, planId: plan } of found.flat()) {
    const report = plan === planId ? await readReport(store, executionId, run) : undefined;
    if (report !== undefined) reports.push(report);
  }
  return reports.sort((a, b) => a.startedAt - b.startedAt);
};

interface Rendering {
  readonly html: () => string;
  readonly md: () => string;
  readonly json: () => unknown;
}

const render = async ({ html, md, json }: Rendering, format: ReportFormat): Promise<string | Uint8Array> => {
  if (format === 'html') return html();
  if (format === 'md') return md();
  return format === 'json' ? `${JSON.stringify(json(), undefined, 2)}\n` : printPdf(html(), process.env);
};

const deliver = async (
  content: string | Uint8Array,
  { out, format }: ReportOptions,
  name: string,
  console: Console,
): Promise<void> => {
  const file = outFile({ out, format }, name, console.screen !== undefined);
  if (file === undefined) return void console.print(String(content).trimEnd());
  await writeFile(file, content);
  console.warn(`Wrote ${file}`);
};

/** Writes the report of an execution, or compares all executions of a plan. Returns the exit code. */
export const report = async (
  executionId: string | undefined,
  options: ReportOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  const { trend, run, format } = options;
  if ((executionId === undefined) === (trend === undefined)) {
    console.warn('Give either an execution, or a plan with --trend.');
    return 2;
  }
  if (trend !== undefined) {
    const reports = await readTrend(store, trend, run);
    const rendering = {
      html: () => trendHtml(trend, reports),
      md: () => trendMarkdown(trend, reports),
      json: () => reports,
    };
    await deliver(await render(rendering, format), options, `${trend}-trend`, console);
    return 0;
  }
  const id = executionId ?? '';
  const found = await readReport(store, id, run);
  if (found === undefined) {
    const meant = await nearExecutions(store, id);
    console.warn(`The audit has no record of ${id} in the run ${run}.${meant}`);
    return 2;
  }
  const rendering = {
    html: () => reportHtml(found),
    md: () => reportMarkdown(found),
    json: () => found,
  };
  await deliver(await render(rendering, format), options, id, console);
  return 0;
};
