import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { readEvent } from '../../../contracts/read-event.ts';
import { isFactName } from '../view/events.ts';

/** The event in an envelope of the bus; undefined for requests, and for whatever is not as its contract says. */
export const parseDomainEvent = (detailType: string, detail: unknown): DomainEvent | undefined => {
  if (!isFactName(detailType)) return undefined;
  const read = readEvent(detailType, detail);
  if (read.is !== 'event') return undefined;
  return { type: detailType, data: read.data, metadata: read.metadata } as DomainEvent;
};
