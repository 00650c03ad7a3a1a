import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import { actorSchema, executionIdSchema, requestIdSchema } from './identifiers.ts';

const noteMax = 2_000;
export const noteTextSchema = z.string().min(1).max(noteMax);
export const handoverTextSchema = z.string().max(noteMax).default('');

const said = {
  executionId: executionIdSchema,
  decisionId: requestIdSchema
    .optional()
    .describe("Default: the EventBridge event's id. The same id is never noted twice."),
  by: actorSchema,
};

export const noteRequested = defineEvent(
  'NoteRequested',
  'operator',
  'Note something on an execution, in whatever state it is. It changes nothing of the run.',
  z.strictObject({ ...said, text: noteTextSchema }),
);
export const handoverRequested = defineEvent(
  'HandoverRequested',
  'operator',
  'Hand an execution over: from now on somebody else is in charge. It changes nothing of the run, and nobody’s rights.',
  z.strictObject({
    ...said,
    to: actorSchema.describe('Who is in charge from now on.'),
    text: handoverTextSchema.describe('What the next one has to know.'),
  }),
);

/** Said in the execution's stream, also before its start and after its end. */
export const noteAdded = defineEvent(
  'NoteAdded',
  'advance-execution',
  'Somebody noted something, or handed the execution over. Nothing of the run follows from it.',
  z.object({
    decisionId: z.string(),
    by: actorSchema,
    text: z.string(),
    to: actorSchema.optional().describe('Of a handover: who is in charge from now on.'),
  }),
);
