import * as z from 'zod';
import { faultSchema } from './execution-events.ts';
import { executionIdSchema } from './identifiers.ts';

/** A source server of DRS, as it is now: whether it can be launched, and what would recover it. */
export const sourceServerSchema = z.object({
  account: z.string(),
  region: z.string(),
  sourceServerId: z.string(),
  name: z
    .string()
    .optional()
    .describe('Absent, as is all that DRS says, where DRS does not know the server.'),
  replicationState: z.string().optional(),
  stagingAccount: z
    .string()
    .optional()
    .describe('The account in which an extended source server replicates.'),
  direction: z.literal('FAILBACK').optional().describe('It replicates back to where it came from.'),
  lagSeconds: z.number().optional(),
  hasLaunchConfiguration: z.boolean().optional(),
  lastRecoveryPoint: z.iso.datetime().optional().describe('When the newest recovery point was taken.'),
  liveInstances: z.array(
    z.object({
      instanceId: z.string(),
      state: z.string(),
      isDrill: z.boolean(),
      isRecorded: z.boolean().describe('Whether DRS lists it; if not, EC2 alone does, by its tags.'),
    }),
  ),
  findings: z
    .array(z.object({ level: z.enum(['error', 'warning']), name: z.string(), message: z.string() }))
    .optional()
    .describe(
      'What speaks against launching it now; absent where it cannot be judged, since its place did not say enough.',
    ),
  plans: z
    .array(z.object({ planId: z.string(), version: z.number().int(), waves: z.array(z.string()) }))
    .describe('The plans that recover it in their newest version, each with the waves that do.'),
  lastProven: z
    .object({ planId: z.string(), executionId: executionIdSchema, at: z.number().describe('Epoch ms.') })
    .optional()
    .describe('The newest proof of these plans that launched it: a drill that recovered everything.'),
});
export type ShownServer = z.infer<typeof sourceServerSchema>;

export const serverPageSchema = z.object({
  servers: z.array(sourceServerSchema).describe('By account and Region, then by name.'),
  next: z.string().optional().describe('Give it as `after` to get the next page; absent on the last.'),
  matching: z.number().int().describe('How many servers the whole list has, as it was narrowed.'),
  total: z.number().int().describe('How many servers there are in all that was read.'),
  uncovered: z.number().int().describe('How many of those no plan covers.'),
  places: z
    .array(z.object({ account: z.string(), region: z.string() }))
    .describe('Where was looked: at home, and in the targets of plans.'),
  faults: z.array(faultSchema).describe('Places, plans and proofs that could not be read.'),
});
export type ServerPage = z.infer<typeof serverPageSchema>;
