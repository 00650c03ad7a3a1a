import * as z from 'zod';
import { roleArnSchema, slugSchema } from './identifiers.ts';

const common = {
  actionId: slugSchema.describe('Unique among the actions of its wave.'),
  when: z.enum(['DRILL', 'RECOVERY', 'BOTH']).default('BOTH').describe('In which mode the action runs.'),
  optional: z.boolean().default(false).describe('A failure is recorded, and the wave goes on all the same.'),
};

const timeoutMinutes = z.number().int().min(1).max(10_080);

/** An SSM Automation runbook. SSM: StartAutomationExecution; every parameter is a list of strings. */
export const automationActionSchema = z.strictObject({
  kind: z.literal('automation').describe('An SSM Automation runbook.'),
  ...common,
  document: z
    .string()
    .regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/)
    .describe("The runbook's name or ARN. It must stand on the deployment's allow-list."),
  documentVersion: z
    .string()
    .regex(/^(\$DEFAULT|\$LATEST|[1-9][0-9]*)$/, '$DEFAULT, $LATEST or a number')
    .optional()
    .describe("Default: the document's default version."),
  target: slugSchema
    .optional()
    .describe("A key of the plan's targets: where the runbook runs. Default: where the wave recovers."),
  assumeRole: roleArnSchema
    .optional()
    .describe(
      'The role that the runbook assumes: its parameter AutomationAssumeRole. The deployment must be allowed to pass it.',
    ),
  parameters: z
    .record(z.string().min(1).max(50), z.array(z.string().max(512)).max(50))
    .default({})
    .describe(
      'Lists of strings. A value may be a reference: ${execution.id}, ${execution.mode}, ${plan.id}, ${wave.id}, ${target.account}, ${target.region}, and in after-actions ${servers.instanceIds}, ${servers.sourceServerIds}, ${servers.names}, ${servers.privateAddresses}, ${servers.availabilityZones}, ${servers.tags.KEY}.',
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
  kind: z.literal('approval').describe('Somebody has to approve.'),
  ...common,
  approvers: z
    .array(z.string().min(1).max(128))
    .max(50)
    .default([])
    .describe('Who may approve or decline; empty: any operator.'),
  prompt: z.string().max(1_000).default('').describe('What the approver is asked.'),
  timeoutMinutes: timeoutMinutes.default(1_440).describe('How long an answer is waited for.'),
  onTimeout: z.enum(['decline', 'approve']).default('decline').describe('What silence means.'),
});

/** A pause of fixed length, for instance until caches are warm. */
export const waitActionSchema = z.strictObject({
  kind: z.literal('wait').describe('A wait of fixed length.'),
  ...common,
  minutes: z.number().min(0.1).max(1_440).describe('How long to wait.'),
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
