import * as z from 'zod';
import { roleArnSchema, slugSchema } from '../identifiers.ts';
import { everyAction, parametersSchema, timeoutMinutesSchema, triesMaxSchema } from './every-action.ts';

/** An SSM Automation runbook. SSM: StartAutomationExecution; every parameter is a list of strings. */
export const automationActionSchema = z.strictObject({
  kind: z.literal('automation').describe('An SSM Automation runbook.'),
  ...everyAction,
  document: z
    .string()
    .regex(/^[a-zA-Z0-9_\-.:/]{3,128}$/)
    .describe("The runbook's name or ARN. It must be on the deployment's allow-list."),
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
  parameters: parametersSchema,
  timeoutMinutes: timeoutMinutesSchema
    .default(60)
    .describe('Then the automation is stopped and the action fails.'),
  triesMax: triesMaxSchema.describe('How many times the runbook is started in all if it fails.'),
});
export type AutomationAction = z.infer<typeof automationActionSchema>;
