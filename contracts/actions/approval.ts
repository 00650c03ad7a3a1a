import * as z from 'zod';
import { everyAction, timeoutMinutesSchema } from './every-action.ts';

/** Someone has to approve. */
export const approvalActionSchema = z.strictObject({
  kind: z.literal('approval').describe('Someone has to approve.'),
  ...everyAction,
  approvers: z
    .array(z.string().min(1).max(128))
    .max(50)
    .default([])
    .describe('Who may approve or decline; empty: any operator.'),
  prompt: z.string().max(1_000).default('').describe('What the approver is asked.'),
  timeoutMinutes: timeoutMinutesSchema.default(1_440).describe('How long to wait for an answer.'),
  onTimeout: z.enum(['decline', 'approve']).default('decline').describe('What silence means.'),
});
export type ApprovalAction = z.infer<typeof approvalActionSchema>;
