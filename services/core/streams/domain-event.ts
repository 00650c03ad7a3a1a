import * as z from 'zod';
import { contractOf } from '../../../contracts/catalogue.ts';
import { metadataSchema, type Recorded } from '../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../contracts/wave-events.ts';

/** An event of an execution or one of its waves, as the product's bus carries it. */
export type DomainEvent = Recorded<ExecutionFact | WaveFact>;

const detailSchema = z.object({ metadata: metadataSchema, data: z.unknown() });

/** The event in an envelope of the bus; undefined for what is no recorded event of the catalogue. */
export const parseDomainEvent = (detailType: string, detail: unknown): DomainEvent | undefined => {
  const outer = detailSchema.safeParse(detail);
  const data = contractOf(detailType)?.data.safeParse(outer.data?.data);
  if (outer.data === undefined || data?.success !== true) return undefined;
  return { type: detailType, data: data.data, metadata: outer.data.metadata } as DomainEvent;
};
