import type { Recorded } from '../../../../contracts/envelope.ts';
import { readEvent, statedIn } from '../../../../contracts/read-event.ts';
import { requestContractOf } from '../../../../contracts/decision-events.ts';
import type { Discrepancy } from './discrepancy.ts';

/** An event as an archive gives it back: its name, and the detail exactly as it was archived. */
export interface ArchivedEvent {
  readonly type: string;
  readonly detail: unknown;
}

export type Reading =
  | { readonly event: Recorded }
  | { readonly discrepancy: Discrepancy }
  /** A request of somebody outside: it stands in no stream. */
  | { readonly request: true };

/** The event itself and not what its schema makes of it: hashes are over what was said. */
export const readArchived = ({ type, detail }: ArchivedEvent): Reading => {
  if (requestContractOf(type) !== undefined) return { request: true };
  const unreadable = (message: string): Reading => ({
    discrepancy: { kind: 'unreadable', stream: statedIn(detail).stream ?? '', message },
  });
  const read = readEvent(type, detail);
  if (read.is === 'unknown') return unreadable(`${type} is no event of the catalogue`);
  if (read.is === 'unreadable')
    return unreadable(
      read.version === undefined ? `${type}: ${read.why}` : `${type} at version ${read.version}: ${read.why}`,
    );
  const { data, metadata } = detail as Pick<Recorded, 'data' | 'metadata'>;
  return { event: { type, data, metadata } };
};
