import * as z from 'zod';
import { extensionMinutesSchema, keptInstancesSchema } from './decision-events.ts';
import { executionRequestSchema } from './execution-events.ts';
import { executionStatuses } from './execution-status.ts';
import { actorSchema, requestIdSchema } from './identifiers.ts';
import { handoverTextSchema, noteTextSchema } from './note-events.ts';

/** `NONE` never leaves the API: such an execution is not found. */
export const executionStatusSchema = z.enum(executionStatuses);

const { planId, mode, reason } = executionRequestSchema.shape;
export const executionOrderSchema = executionRequestSchema.omit({ requestedBy: true }).extend({
  planId: planId.describe('The stored plan to run.'),
  mode: mode.describe('DRILL launches copies for a test; RECOVERY is the real thing.'),
  reason: reason.describe('Why, for the record.'),
});

export const decisionOrderSchema = z.strictObject({
  decisionId: requestIdSchema.optional().describe('The same id is never acted on twice. Default: a new one.'),
  reason: z.string().max(1_000).default('').describe('Why, for the record.'),
});
const noteId = requestIdSchema.optional().describe('The same id is never noted twice. Default: a new one.');
export const noteOrderSchema = z.strictObject({
  decisionId: noteId,
  text: noteTextSchema.describe('What is worth knowing to whoever comes next.'),
});
export const handoverOrderSchema = z.strictObject({
  decisionId: noteId,
  to: actorSchema.describe('Who is in charge from now on.'),
  text: handoverTextSchema.describe('What they have to know.'),
});
export const approvalOrderSchema = decisionOrderSchema.extend({
  planHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal')
    .describe('Hash of the plan version that was reviewed, as in `approval` of the execution.'),
});
export const cleanUpOrderSchema = decisionOrderSchema.extend({
  includeKept: z
    .boolean()
    .optional()
    .describe(
      'Also instances that somebody keeps: without it they stay, and a drill kept as a whole is refused.',
    ),
  skipActions: z.boolean().optional().describe('Without the actions that the plan has before its clean-up.'),
});
export const extendOrderSchema = decisionOrderSchema.extend({ minutes: extensionMinutesSchema });
export const keepOrderSchema = decisionOrderSchema.extend({ instances: keptInstancesSchema });
export const retryOrderSchema = decisionOrderSchema.extend({
  relaunch: z
    .boolean()
    .optional()
    .describe('Also launch servers again whose instance runs, which ends that instance.'),
});
