import * as z from 'zod';
import { contractOf } from './catalogue.ts';
import { metadataSchema, type Metadata } from './envelope.ts';

const detailSchema = z.object({ metadata: metadataSchema, data: z.unknown() });

export type EventReading =
  /** As its schemas read it: without members that they do not know. */
  | { readonly is: 'event'; readonly data: unknown; readonly metadata: Metadata }
  /** There is no such event in the catalogue. */
  | { readonly is: 'unknown' }
  /** It is not as its contract says. `version` where its metadata could be read. */
  | { readonly is: 'unreadable'; readonly why: string; readonly version?: number };

/** The detail of an event of the bus, by the contract of its name. */
export const readEvent = (name: string, detail: unknown): EventReading => {
  const contract = contractOf(name);
  if (contract === undefined) return { is: 'unknown' };
  const outer = detailSchema.safeParse(detail);
  if (!outer.success) return { is: 'unreadable', why: z.prettifyError(outer.error) };
  const { metadata } = outer.data;
  const data = contract.data.safeParse(outer.data.data);
  return data.success
    ? { is: 'event', data: data.data, metadata }
    : { is: 'unreadable', why: z.prettifyError(data.error), version: metadata.version };
};

const text = z.string().optional().catch(undefined);
const statedSchema = z.object({
  metadata: z.object({
    executionId: text,
    stream: text,
    emittedAt: text,
    version: z.int().optional().catch(undefined),
  }),
});

/** What a detail states that may be no event's at all, as far as it can be read: where to file it, and nothing to believe. */
export const statedIn = (detail: unknown): z.infer<typeof statedSchema>['metadata'] =>
  statedSchema.safeParse(detail).data?.metadata ?? {};
