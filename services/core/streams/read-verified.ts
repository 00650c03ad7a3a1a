import type { DomainEvent } from '../../../contracts/catalogue.ts';
import type { Verdict } from '../domain/audit/discrepancy.ts';
import { saidByStreams } from './said-by-streams.ts';
import { verify } from '../domain/audit/verify.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { type AuditedEvent, readRun, readStreams } from './audit-trail.ts';
import { parseDomainEvent } from './domain-event.ts';

/** What the audit has heard an execution's streams say, without what somebody else has put on the bus. */
export const readSaid = async (
  store: RecordStore,
  executionId: string,
  run = 'live',
): Promise<readonly DomainEvent[]> => {
  const recorded = await readRun(store, run, executionId);
  return saidByStreams(eventsIn(recorded), await readStreams(store, executionId));
};

const eventsIn = (recorded: readonly AuditedEvent[]): readonly DomainEvent[] =>
  recorded.flatMap(({ type, detail }) => parseDomainEvent(type, detail) ?? []);

/**
 * What an execution's streams have said in a run of the audit, and what comes of verifying all that it recorded
 * against them.
 */
export const readVerified = async (
  store: RecordStore,
  executionId: string,
  run: string,
): Promise<{ readonly events: readonly DomainEvent[]; readonly verdict: Verdict }> => {
  const [recorded, stored] = [await readRun(store, run, executionId), await readStreams(store, executionId)];
  return {
    events: saidByStreams(eventsIn(recorded), stored),
    verdict: verify({ events: recorded, stored }),
  };
};
