import * as z from 'zod';
import { actionStepsSchema } from './action.ts';
import { instanceIdSchema, slugSchema, sourceServerIdSchema } from './identifiers.ts';
import { failurePolicySchema, successPolicySchema, targetSchema } from './plan.ts';

/** A server of a wave as it will run. */
export const frozenServerSchema = z.object({
  sourceServerId: sourceServerIdSchema,
  name: z.string(),
  critical: z.boolean(),
  snapshotId: z.string().optional(),
  machineId: instanceIdSchema
    .optional()
    .describe('Of a failback: the machine that was recovered, and that comes home.'),
  tags: z.record(z.string(), z.string()).optional(),
});

/** What a wave of a failback does with its servers. */
export const homewardSchema = z.object({
  phase: z
    .enum(['reverse', 'launch', 'protect', 'retire', 'undo'])
    .describe('undo: what a drill has reversed is stopped and deleted again, in its clean-up.'),
  away: targetSchema.describe('Where the servers were recovered.'),
  home: targetSchema.describe('Where they came from.'),
  reversedIn: slugSchema
    .optional()
    .describe('Of a launch: the wave whose results name the servers that are launched.'),
  stallMinutes: z.number(),
});
export type Homeward = z.infer<typeof homewardSchema>;

/** A wave as it will run: servers resolved, policies decided. Its hash is part of the execution's frozenHash. */
export const frozenWaveSchema = z.object({
  waveId: slugSchema,
  dependsOn: z.array(slugSchema),
  target: targetSchema,
  targets: z.record(slugSchema, targetSchema).optional().describe('The other targets that its actions name.'),
  servers: z.array(frozenServerSchema),
  drillsInto: z
    .array(instanceIdSchema)
    .optional()
    .describe('EC2 instances that drills of this wave may overwrite.'),
  homeward: homewardSchema.optional().describe('Of a failback.'),
  success: successPolicySchema,
  endsWith: z
    .literal('job')
    .optional()
    .describe('Its recovery ends with its jobs, and not with the results of their servers.'),
  onFailure: failurePolicySchema,
  timeoutMinutes: z.number(),
  before: actionStepsSchema,
  after: actionStepsSchema,
  onFailureActions: actionStepsSchema,
  onCancelActions: actionStepsSchema,
});
export type FrozenWave = z.infer<typeof frozenWaveSchema>;
