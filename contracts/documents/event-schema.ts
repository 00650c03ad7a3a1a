import * as z from 'zod';
import { requestContractOf } from '../decision-events.ts';
import { type EventContract, metadataSchema } from '../envelope.ts';

/** JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What stands in an event's `detail`. A request of somebody else needs only its data. */
const detailOf = (contract: EventContract): z.ZodType =>
  z.object({
    metadata: requestContractOf(contract.name) === undefined ? metadataSchema : z.unknown().optional(),
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
