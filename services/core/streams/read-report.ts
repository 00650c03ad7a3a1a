import { verify } from '../domain/audit/verify.ts';
import { executionReport, reportEvents } from '../domain/report/execution-report.ts';
import type { ExecutionReport } from '../domain/report/report-model.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readRun, readStreams } from './audit-trail.ts';

/**
 * The report of an execution from what the audit recorded in a run, verified against the stored streams.
 * Undefined when the audit has recorded nothing of it.
 */
export const readReport = async (
  store: RecordStore,
  executionId: string,
  run: string,
): Promise<ExecutionReport | undefined> => {
  const [events, stored] = [await readRun(store, run, executionId), await readStreams(store, executionId)];
  return executionReport(reportEvents(events), verify({ events, stored }));
};
