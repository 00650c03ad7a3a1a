import * as z from 'zod';
import { type Speaker } from './services.ts';
import { executionIdSchema } from './identifiers.ts';

/** The `source` of every event that Groundswell says. */
export const eventSource = 'groundswell';

/** What the kernel adds to an event when it is saved: its place in a stream is the only order there is. */
export const metadataSchema = z.object({
  eventId: z
    .string()
    .min(1)
    .max(200)
    .describe('Stream and version: a repeat of the same event has the same id.'),
  schemaVersion: z.literal(1),
  executionId: executionIdSchema,
  causationId: z.string().min(1).max(300).describe('The event, timer or request that caused it.'),
  stream: z.string().min(1).max(150),
  version: z.number().int().min(1).describe('Position in the stream, from 1, without gaps.'),
  emittedAt: z.iso.datetime(),
  previousHash: z.string().describe('The hash of the event before it in its stream, empty for the first.'),
  hash: z.string().describe('SHA-256 over previousHash and the canonical JSON of the event.'),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** An event as a decider gives it: a name and its data. */
export interface Fact<Name extends string = string, Data = unknown> {
  readonly type: Name;
  readonly data: Data;
}

/** An event as it is saved and published. */
export type Recorded<F extends Fact = Fact> = F & { readonly metadata: Metadata };

/** One contract value per event: from it follow type, validator, pattern, JSON Schema and documentation. */
export interface EventContract<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly name: Name;
  /** What it means, in one sentence, for the catalogue. */
  readonly meaning: string;
  readonly saidBy: Speaker;
  readonly data: Schema;
}

export const defineEvent = <const Name extends string, Schema extends z.ZodType>(
  name: Name,
  saidBy: Speaker,
  meaning: string,
  data: Schema,
): EventContract<Name, Schema> => ({ name, saidBy, meaning, data });

export type FactOf<C> =
  C extends EventContract<infer Name, infer Schema> ? Fact<Name, z.infer<Schema>> : never;
