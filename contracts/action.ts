import * as z from 'zod';
import { slugSchema } from './identifiers.ts';

const common = {
  actionId: slugSchema.describe('Unique among the actions of its wave.'),
  when: z.enum(['DRILL', 'RECOVERY', 'BOTH']).default('BOTH').describe('In which mode the action runs.'),
  optional: z.boolean().default(false).describe('A failure is recorded, and the wave goes on all the same.'),
};

const timeoutMinutes = z.number().int().min(1).max(10_080);

/** An SSM Automation runbook. SSM: StartAutomationExecution; every parameter is a list of strings. */
export const automationActionSchema = z.strictObject({
  kind: z.literal('automation'),
  ...common,
  document: z
    .string()
    .regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/)
    .describe("The runbook's name or ARN. It must stand on the deployment's allow-list."),
  documentVersion: z.string().optional().describe("Default: the document's default version."),
  parameters: z
    .record(z.string().min(1).max(50), z.array(z.string().max(512)).max(50))
    .default({})
    .describe(
      'Lists of strings. A value may be a reference: ${execution.id}, ${execution.mode}, ${wave.id}, ${target.account}, ${target.region}, and in after-actions ${servers.instanceIds}, ${servers.sourceServerIds}, ${servers.names}, ${servers.privateAddresses}, ${servers.availabilityZones}, ${servers.tags.KEY}.',
    ),
  timeoutMinutes: timeoutMinutes.default(60).describe('Then the automation is stopped and the action fails.'),
  attemptsMax: z
    .number()
    .int()
    .min(1)
    .max(5)
    .default(1)
    .describe('How often the runbook is started in all, should it fail.'),
});

/** Somebody has to say yes. */
export const approvalActionSchema = z.strictObject({
  kind: z.literal('approval'),
  ...common,
  approvers: z
    .array(z.string().min(1).max(128))
    .max(50)
    .default([])
    .describe('Who may approve or decline; empty: any operator.'),
  prompt: z.string().max(1_000).default('').describe('What the approver is asked.'),
  timeoutMinutes: timeoutMinutes.default(1_440),
  onTimeout: z.enum(['decline', 'approve']).default('decline').describe('What silence means.'),
});

/** A pause of fixed length, for instance until caches are warm. */
export const waitActionSchema = z.strictObject({
  kind: z.literal('wait'),
  ...common,
  minutes: z.number().min(0.1).max(1_440),
});

export const actionSchema = z.discriminatedUnion('kind', [
  automationActionSchema,
  approvalActionSchema,
  waitActionSchema,
]);
export type Action = z.infer<typeof actionSchema>;

/** Steps run in order; the actions of one inner list run side by side. */
export const actionStepsSchema = z
  .array(z.union([actionSchema, z.array(actionSchema).min(2).max(20)]))
  .max(50);
export type ActionSteps = z.infer<typeof actionStepsSchema>;
