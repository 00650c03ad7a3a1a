import * as z from 'zod';
import { decidedBySchema } from './decided-by.ts';
import { defineEvent } from './envelope.ts';
import { actorSchema, requestIdSchema, slugSchema } from './identifiers.ts';
import { chosenPointSchema } from './plan.ts';

export const approvalAwaited = defineEvent(
  'ApprovalAwaited',
  'accept-execution',
  'A real recovery needs a second person, and waits for one.',
  z.object({
    requestId: requestIdSchema,
    planId: slugSchema,
    planVersion: z.number().int(),
    planHash: z
      .string()
      .describe(
        'SHA-256 of the plan version, and of the point in time with it where the request chose one; an approval names it.',
      ),
    pointInTime: chosenPointSchema.optional().describe('What the request chose.'),
    requestedBy: actorSchema.describe('The one person who may not approve.'),
    expiresAt: z.iso.datetime().describe('Then the request is refused.'),
  }),
);

export const executionApproved = defineEvent(
  'ExecutionApproved',
  'accept-execution',
  'A second person approved the recovery, and it starts if nothing speaks against it.',
  decidedBySchema.extend({ planHash: z.string() }),
);
