import type { Target } from '../../contracts/plan.ts';
import type { RunbookReader, RunbookReading } from '../../services/core/ports/runbook-reader.ts';

type Runbook = Extract<RunbookReading, { status: 'found' }>['runbook'];

/** What each runbook declares. Undefined for a runbook that does not exist. */
export type RunbookModel = (
  target: Target,
  document: string,
  documentVersion: string | undefined,
) => Runbook | undefined;

/** The runbooks of a model. */
export const createMemoryRunbookReader = (runbookOf: RunbookModel): RunbookReader => ({
  async read(target, document, documentVersion) {
    const runbook = runbookOf(target, document, documentVersion);
    return runbook === undefined
      ? { status: 'missing', message: `InvalidDocument: ${document} does not exist` }
      : { status: 'found', runbook };
  },
});
