import { readVerified } from '../../core/streams/read-verified.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { executionReport } from '../report/execution-report.ts';
import type { ExecutionReport } from '../report/report-model.ts';

/** Reads executions, verifies each against its stored streams, and counts what that took. */
export interface VerifiedReports {
  /** Undefined where the audit has recorded nothing of the execution. */
  read(executionId: string): Promise<ExecutionReport | undefined>;
  /** How many were begun to be read so far, and how many events those that are read have. */
  count(): { readonly executions: number; readonly events: number };
}

export const createVerifiedReports = (store: RecordStore): VerifiedReports => {
  let [executions, read] = [0, 0];
  return {
    read: async (executionId) => {
      executions += 1;
      const { events, verdict } = await readVerified(store, executionId, 'live');
      read += events.length;
      return executionReport(events, verdict);
    },
    count: () => ({ executions, events: read }),
  };
};
