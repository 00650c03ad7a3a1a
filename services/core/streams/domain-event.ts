import * as z from 'zod';
import { contractOf, type DomainEvent } from '../../../contracts/catalogue.ts';
import { metadataSchema } from '../../../contracts/envelope.ts';
import { isFactName } from '../view/events.ts';

const detailSchema = z.object({ metadata: metadataSchema, data: z.unknown() });

/** The event in an envelope of the bus; undefined for requests, and for whatever is not as its contract says. */
export const parseDomainEvent = (detailType: string, detail: unknown): DomainEvent | undefined => {
  if (!isFactName(detailType)) return undefined;
  const outer = detailSchema.safeParse(detail);
  const data = contractOf(detailType)?.data.safeParse(outer.data?.data);
  if (outer.data === undefined || data?.success !== true) return undefined;
  return { type: detailType, data: data.data, metadata: outer.data.metadata } as DomainEvent;
};
