import * as z from 'zod';
import { slugSchema } from '../identifiers.ts';

/** What every action says, of whatever kind. */
export const everyAction = {
  actionId: slugSchema.describe('Unique among the actions of its wave.'),
  when: z.enum(['DRILL', 'RECOVERY', 'BOTH']).default('BOTH').describe('The modes in which the action runs.'),
  optional: z.boolean().default(false).describe('A failure is recorded, and the wave continues.'),
};

/** Of the kinds that can take too long. */
export const timeoutMinutesSchema = z.number().int().min(1).max(10_080);

/** Of the kinds that a worker carries out. */
export const heartbeatMinutesSchema = z.number().int().min(1).max(1_440);

/** Of the kinds that hand something over: SSM's limits, which others keep too. */
export const parametersSchema = z
  .record(z.string().min(1).max(50), z.array(z.string().max(512)).max(50))
  .default({})
  .describe(
    'Lists of strings. A value may be a reference: ${execution.id}, ${execution.mode}, ${plan.id}, ${wave.id}, ${target.account}, ${target.region}, and in after-actions and before a clean-up ${servers.instanceIds}, ${servers.sourceServerIds}, ${servers.names}, ${servers.privateAddresses}, ${servers.availabilityZones}, ${servers.tags.KEY}.',
  );

/** Of the kinds that can be tried again. */
export const triesMaxSchema = z.number().int().min(1).max(5).default(1);
