import * as z from 'zod';
import { statedIn } from '../../../contracts/read-event.ts';
import type { StoredStream } from '../domain/audit/discrepancy.ts';
import type { ArchivedEvent } from '../domain/audit/read-archived.ts';
import { readStream } from '../kernel/read-stream.ts';
import { executionStream } from '../kernel/stream-names.ts';
import type { RecordStore } from '../ports/record-store.ts';

/** An event as the audit recorded it. */
export interface AuditedEvent extends ArchivedEvent {
  readonly executionId: string;
  /** ISO 8601; empty for what carries none. */
  readonly emittedAt: string;
}

const recordSchema = z.object({ type: z.string(), detail: z.unknown() });

const readsAtOnce = 32;

/** Reads a few at a time, in the order of the ids. */
const readAll = async <T>(
  ids: readonly string[],
  read: (id: string) => Promise<T | undefined>,
): Promise<readonly T[]> => {
  const found: T[] = [];
  for (let at = 0; at < ids.length; at += readsAtOnce) {
    const batch = await Promise.all(ids.slice(at, at + readsAtOnce).map(read));
    found.push(...batch.filter((each) => each !== undefined));
  }
  return found;
};

const auditedEvent = (body: unknown): AuditedEvent => {
  const { type, detail } = recordSchema.parse(body);
  const { executionId = '', emittedAt = '' } = statedIn(detail);
  return { type, detail, executionId, emittedAt };
};

/** To its end, so that the beginning of an id names nothing. */
const prefixOf = (run: string, executionId: string): string =>
  executionId === '' ? `${run}/` : `${run}/${executionId}/`;

/** What the audit recorded in a run: `live`, or a replay's name. Of one execution, or of all. */
export const readRun = async (
  store: RecordStore,
  run: string,
  executionId = '',
): Promise<readonly AuditedEvent[]> => {
  const ids = await store.list('audit', prefixOf(run, executionId));
  const records = await readAll(ids, (id) => store.read({ kind: 'audit', id }));
  return records.map(({ body }) => auditedEvent(body));
};

/** How many distinct events a run has recorded. */
export const countRun = async (store: RecordStore, run: string, executionId = ''): Promise<number> =>
  (await store.list('audit', prefixOf(run, executionId))).length;

/** The streams of an execution as they are stored. */
export const readStreams = async (
  store: RecordStore,
  executionId: string,
): Promise<readonly StoredStream[]> => {
  const own = executionStream(executionId);
  const ids = (await store.list('stream', own)).filter((id) => id === own || id.startsWith(`${own}/`));
  const records = await readAll(ids, (id) => readStream<unknown>(store, id));
  return records.map(({ body }) => body);
};
