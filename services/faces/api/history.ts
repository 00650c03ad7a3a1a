import * as z from 'zod';
import { metadataSchema, type Recorded } from '../../../contracts/envelope.ts';
import { saidByStreams } from '../../core/streams/said-by-streams.ts';
import { sha256 } from '../../core/kernel/canonical.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readStreams } from '../../core/streams/audit-trail.ts';
import { inOrder } from '../../core/view/order.ts';

/** A record of the audit: the event as the bus carried it. */
const auditedSchema = z.object({
  type: z.string(),
  detail: z.object({ metadata: metadataSchema, data: z.unknown() }),
});

const eventOf = (body: unknown): readonly Recorded[] => {
  const audited = auditedSchema.safeParse(body);
  if (!audited.success) return [];
  const { type, detail } = audited.data;
  return [{ type, data: detail.data, metadata: detail.metadata }];
};

/** The audit's records of an execution, as they happened; a replay's are another run. */
export const auditIdsOf = (store: RecordStore, executionId: string): Promise<readonly string[]> =>
  store.list('audit', `live/${executionId}/`);

/** Changes when more has been recorded. */
export const historyTag = (auditIds: readonly string[]): string => sha256(auditIds.join()).slice(0, 20);

const readsAtOnce = 50;

/** What its streams have said of it; what somebody else has put on the bus is left to the audit's verdict. */
export const readHistory = async (
  store: RecordStore,
  executionId: string,
  auditIds: readonly string[],
): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  for (let from = 0; from < auditIds.length; from += readsAtOnce) {
    const ids = auditIds.slice(from, from + readsAtOnce);
    const records = await Promise.all(ids.map((id) => store.read({ kind: 'audit', id })));
    events.push(...records.flatMap((record) => eventOf(record?.body)));
  }
  return inOrder(saidByStreams(events, await readStreams(store, executionId)));
};
