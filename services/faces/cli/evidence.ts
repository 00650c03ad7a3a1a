import { writeFile } from 'node:fs/promises';
import { executionStatusSchema } from '../../../contracts/orders.ts';
import { hashOf } from '../../core/kernel/canonical.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { createPlanServers } from '../../core/readiness/plan-servers.ts';
import { firstStoredAt, listPlans } from '../../core/streams/plan-store.ts';
import { readVerified } from '../../core/streams/read-verified.ts';
import { allSchedules, listOccurrences } from '../../core/streams/schedule-store.ts';
import { executionReport } from '../report/execution-report.ts';
import type { Programme } from '../report/programme-model.ts';
import { programmeCsv } from '../report/programme-csv.ts';
import { programmeHtml } from '../report/programme-html.ts';
import { programmeSummary, unproven } from '../report/programme-text.ts';
import { programmeOf } from '../report/programme.ts';
import type { ExecutionReport } from '../report/report-model.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';
import { didYouMean } from './nearest.ts';
import { printPdf } from './print-pdf.ts';

export type EvidenceFormat = 'html' | 'pdf' | 'json' | 'csv';

export interface EvidenceOptions extends ConnectionOptions {
  readonly plan?: readonly string[];
  /** Epoch ms. */
  readonly from?: number;
  readonly to?: number;
  readonly format: EvidenceFormat;
  readonly out?: string;
}

const executionsMax = 10_000;
const occurrencesMax = 10_000;
const quarterMs = 92 * 86_400_000;

interface Recorded {
  readonly reports: readonly ExecutionReport[];
  readonly unrecorded: readonly string[];
}

/** The executions of these plans that were requested before `to`, one after the other: each is verified. */
const readReports = async (
  store: RecordStore,
  plans: ReadonlySet<string>,
  to: number,
  onRead: (count: number) => void,
): Promise<Recorded> => {
  const found = await Promise.all(
    executionStatusSchema.options.map((status) => store.executionsByStatus(status, executionsMax)),
  );
  const wanted = found
    .flat()
    .filter(({ planId, startedAt }) => plans.has(planId) && Date.parse(startedAt) < to);
  const reports: ExecutionReport[] = [];
  const unrecorded: string[] = [];
  for (const { executionId } of wanted) {
    const { events, verdict } = await readVerified(store, executionId, 'live');
    const report = executionReport(events, verdict);
    if (report === undefined) unrecorded.push(executionId);
    else reports.push(report);
    onRead(reports.length + unrecorded.length);
  }
  return { reports, unrecorded };
};

const render = async (programme: Programme, format: EvidenceFormat): Promise<string | Uint8Array> => {
  switch (format) {
    case 'html':
      return programmeHtml(programme, hashOf(programme));
    case 'pdf':
      return printPdf(programmeHtml(programme, hashOf(programme)), process.env);
    case 'csv':
      return programmeCsv(programme);
    case 'json':
      return `${JSON.stringify({ ...programme, sha256: hashOf(programme) }, undefined, 2)}\n`;
  }
};

/**
 * Writes the evidence of a recovery programme: by default of all plans, and of the last quarter. The exit code is 1
 * where a record does not verify, or is not there, whatever was written.
 */
export const evidence = async (options: EvidenceOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  const now = await nowThere(options);
  const { to = now, from = to - quarterMs, plan: wanted, format } = options;
  if (from >= to) {
    console.warn('The period ends before it begins: --from has to be before --to.');
    return exitCodes.invalid;
  }
  const stored = await listPlans(store);
  const unknown = (wanted ?? []).filter((planId) => !stored.some((each) => each.planId === planId));
  if (unknown.length > 0) {
    const names = stored.map(({ planId }) => planId);
    for (const planId of unknown) console.warn(`There is no plan ${planId}.${didYouMean(planId, names)}`);
    return exitCodes.invalid;
  }
  const chosen = stored.filter(({ planId }) => wanted?.includes(planId) ?? true);
  const { recovery, home } = await connectCheck(options);
  const serversOf = createPlanServers(recovery, home);
  const plans = await Promise.all(
    chosen.map(async (version) => {
      const since = await firstStoredAt(store, version);
      return { ...version, since, ...(await serversOf(version.plan)) };
    }),
  );
  const schedules = await allSchedules(store);
  const occurrences = await Promise.all(
    schedules.map(({ scheduleId }) => listOccurrences(store, scheduleId, occurrencesMax)),
  );
  const ids = new Set(chosen.map(({ planId }) => planId));
  const read = await readReports(store, ids, to, (count) => {
    if (count % 100 === 0) console.warn(`${count} executions are verified so far.`);
  });
  const programme = programmeOf({
    ...{ from, to, writtenAt: now, plans, ...read },
    schedules: schedules.filter(({ status }) => status !== 'DELETED'),
    occurrences: occurrences.flat(),
  });
  const content = await render(programme, format);
  const file = options.out ?? (format === 'pdf' ? 'evidence.pdf' : undefined);
  if (file === undefined) console.print(String(content).trimEnd());
  else await writeFile(file, content);
  if (file !== undefined) console.warn(`Wrote ${file}. ${programmeSummary(programme)}`);
  return unproven(programme).length === 0 ? exitCodes.done : exitCodes.failed;
};
