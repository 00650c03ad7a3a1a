import * as z from 'zod';
import { contractOf } from '../../../../contracts/catalogue.ts';
import { metadataSchema, type Metadata, type Recorded } from '../../../../contracts/envelope.ts';
import { requestContractOf } from '../../../../contracts/decision-events.ts';
import type { Discrepancy } from './discrepancy.ts';

/** An event as an archive gives it back: its name, and the detail exactly as it was archived. */
export interface ArchivedEvent {
  readonly type: string;
  readonly detail: unknown;
}

const detailSchema = z.object({ metadata: metadataSchema, data: z.unknown() });

export type Reading =
  | { readonly event: Recorded }
  | { readonly discrepancy: Discrepancy }
  /** A request of somebody outside: it stands in no stream. */
  | { readonly request: true };

const streamIn = (detail: unknown): string => {
  const found = z.object({ metadata: z.object({ stream: z.string() }) }).safeParse(detail);
  return found.success ? found.data.metadata.stream : '';
};

/** The event itself and not what its schema makes of it: hashes are over what was said. */
export const readArchived = ({ type, detail }: ArchivedEvent): Reading => {
  if (requestContractOf(type) !== undefined) return { request: true };
  const contract = contractOf(type);
  const unreadable = (message: string): Reading => ({
    discrepancy: { kind: 'unreadable', stream: streamIn(detail), message },
  });
  if (contract === undefined) return unreadable(`${type} is no event of the catalogue`);
  const parsed = detailSchema.safeParse(detail);
  if (!parsed.success) return unreadable(`${type}: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed.data;
  const { metadata } = detail as { readonly metadata: Metadata };
  const checked = contract.data.safeParse(data);
  if (!checked.success)
    return unreadable(`${type} at version ${metadata.version}: ${z.prettifyError(checked.error)}`);
  return { event: { type, data, metadata } };
};
