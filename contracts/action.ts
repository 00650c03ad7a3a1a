import * as z from 'zod';
import { alarmActionSchema } from './actions/alarm.ts';
import { approvalActionSchema } from './actions/approval.ts';
import { automationActionSchema } from './actions/automation.ts';
import { callbackActionSchema } from './actions/callback.ts';
import { lambdaActionSchema } from './actions/lambda.ts';
import { trafficActionSchema } from './actions/traffic.ts';
import { waitActionSchema } from './actions/wait.ts';

/** The form of each kind of action. */
const forms = [
  automationActionSchema,
  approvalActionSchema,
  waitActionSchema,
  callbackActionSchema,
  alarmActionSchema,
  lambdaActionSchema,
  trafficActionSchema,
] as const;

export const actionSchema = z.discriminatedUnion('kind', forms);
export type Action = z.infer<typeof actionSchema>;

export const actionKindSchema = z.enum(forms.map(({ shape }) => shape.kind.value));

/** Steps run in order; the actions of one inner list run side by side. */
export const actionStepsSchema = z
  .array(z.union([actionSchema, z.array(actionSchema).min(2).max(20)]))
  .max(50);
export type ActionSteps = z.infer<typeof actionStepsSchema>;
