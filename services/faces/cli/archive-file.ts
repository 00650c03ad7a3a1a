import * as z from 'zod';
import { eventSource } from '../../../contracts/envelope.ts';
import { statedIn } from '../../../contracts/read-event.ts';
import type { Discrepancy } from '../../core/domain/audit/discrepancy.ts';
import type { ArchivedEvent } from '../../core/domain/audit/read-archived.ts';

/** What a copy of an archive holds: its events, and what stands in it that is none. */
export interface ArchiveFile {
  readonly events: readonly ArchivedEvent[];
  readonly unreadable: readonly Discrepancy[];
}

/** A line of the embedded bus's journal that is about an event; the event is kept as text. */
const journalSchema = z.object({
  kind: z.literal('event'),
  event: z.string(),
  archives: z.array(z.string()),
});
/** Its other lines: resources, and how deliveries went. */
const otherSchema = z.object({ kind: z.enum(['row', 'retry', 'done']) });
const envelopeSchema = z.object({ source: z.string(), 'detail-type': z.string(), detail: z.unknown() });

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Line = 'nothing' | 'unreadable' | ArchivedEvent;

const readEnvelope = (value: unknown): Line => {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) return 'unreadable';
  const { source, 'detail-type': type, detail } = envelope.data;
  return source === eventSource ? { type, detail } : 'nothing';
};

const readLine = (line: string): Line => {
  const value = parseJson(line);
  if (otherSchema.safeParse(value).success) return 'nothing';
  const record = journalSchema.safeParse(value);
  if (!record.success) return readEnvelope(value);
  return record.data.archives.length === 0 ? 'nothing' : readEnvelope(parseJson(record.data.event));
};

/**
 * Reads a copy of an archive, a JSON document a line: events as EventBridge hands them on, or the journal of the
 * embedded bus. Of one execution, or of all that it holds.
 */
export const readArchiveFile = (text: string, executionId?: string): ArchiveFile => {
  const events: ArchivedEvent[] = [];
  const unreadable: Discrepancy[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const read = line.trim() === '' ? 'nothing' : readLine(line);
    if (read === 'unreadable')
      unreadable.push({ kind: 'unreadable', stream: 'file', message: `line ${index + 1} is not an event` });
    else if (read !== 'nothing' && isOf(read, executionId)) events.push(read);
  }
  return { events, unreadable };
};

const isOf = ({ detail }: ArchivedEvent, executionId: string | undefined): boolean =>
  executionId === undefined || statedIn(detail).executionId === executionId;
