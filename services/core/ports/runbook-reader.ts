import type { Target } from '../../../contracts/plan.ts';
import type { Runbook } from '../domain/runbook.ts';

export type RunbookReading =
  | { readonly status: 'found'; readonly runbook: Runbook }
  /** No such document or version, or none that Automation runs: a start would be refused. */
  | { readonly status: 'missing'; readonly message: string }
  /** SSM did not answer, may not be asked, or says what cannot be read. */
  | { readonly status: 'unknown'; readonly message: string };

/** The runbooks of one account and Region, as seen through a target's role. */
export interface RunbookReader {
  /**
   * What a runbook declares, in the version that a start would take. Never throws: not to be told is an answer, and
   * no reason to keep a recovery waiting.
   */
  read(target: Target, document: string, documentVersion: string | undefined): Promise<RunbookReading>;
}
