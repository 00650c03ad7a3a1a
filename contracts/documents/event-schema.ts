import * as z from 'zod';
import { catalogue } from '../catalogue.ts';
import { requestContractOf } from '../decision-events.ts';
import { type EventContract, metadataSchema } from '../envelope.ts';

/** JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A request of somebody else needs only its data, and so does what is said of tasks. */
const hasMetadata = (contract: EventContract): boolean =>
  catalogue.includes(contract) && requestContractOf(contract.name) === undefined;

/** What stands in an event's `detail`. */
const detailOf = (contract: EventContract): z.ZodType =>
  z.object({
    metadata: hasMetadata(contract) ? metadataSchema : z.unknown().optional(),
    data: contract.data,
  });

/** Readers are tolerant: members that are not known yet are allowed. */
export const detailSchemaOf = (contract: EventContract, target: 'draft-7' | 'draft-2020-12'): JsonSchema =>
  z.toJSONSchema(detailOf(contract), { io: 'input', target });

/** The schema of one event, as a file of its own. */
export const eventSchema = (contract: EventContract): JsonSchema => ({
  ...detailSchemaOf(contract, 'draft-2020-12'),
  title: contract.name,
  description: contract.meaning,
});
