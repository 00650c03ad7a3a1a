import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import { executionIdSchema, slugSchema } from './identifiers.ts';

export const proofOverdue = defineEvent(
  'ProofOverdue',
  'operator',
  'The last drill of a plan that recovered everything has become older than the plan wants; once for each lapse.',
  z.strictObject({
    planId: slugSchema,
    planVersion: z.number().int().min(1).describe('The newest.'),
    provenWithinDays: z
      .number()
      .int()
      .min(1)
      .describe('For how long that version takes a drill for a proof.'),
    overdueSince: z.iso.datetime(),
    lastProof: z
      .strictObject({ executionId: executionIdSchema, endedAt: z.iso.datetime() })
      .optional()
      .describe('The last drill that recovered everything. Absent: there is none yet.'),
  }),
);
