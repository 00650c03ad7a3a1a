import type { DomainEvent } from '../../../contracts/catalogue.ts';
import type { Verdict } from '../domain/audit/discrepancy.ts';
import { verify } from '../domain/audit/verify.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readRun, readStreams } from './audit-trail.ts';
import { parseDomainEvent } from './domain-event.ts';

/** What the audit recorded of an execution in a run, and what comes of verifying it against the stored streams. */
export const readVerified = async (
  store: RecordStore,
  executionId: string,
  run: string,
): Promise<{ readonly events: readonly DomainEvent[]; readonly verdict: Verdict }> => {
  const [recorded, stored] = [await readRun(store, run, executionId), await readStreams(store, executionId)];
  return {
    events: recorded.flatMap(({ type, detail }) => parseDomainEvent(type, detail) ?? []),
    verdict: verify({ events: recorded, stored }),
  };
};
