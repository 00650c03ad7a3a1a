import * as z from 'zod';
import { accountIdSchema, instantSchema, regionSchema, slugSchema } from './identifiers.ts';

/** What becomes of a drill when one of its alarms rises. */
const stopSchema = z
  .enum(['pause', 'cancel'])
  .default('pause')
  .describe('What becomes of a drill. A real recovery goes on, and people are told.');

const namesSchema = z.array(z.string().min(1).max(255)).min(1).max(10);

/** Alarms of CloudWatch that stand for a whole execution. */
export const stopWhenSchema = z.strictObject({
  alarms: namesSchema.describe(
    'Metric or composite alarms by name. ALARM alone counts: INSUFFICIENT_DATA stops nothing.',
  ),
  do: stopSchema,
  target: slugSchema
    .optional()
    .describe(
      "A key of the plan's targets: where the alarms are. Default: the account and Region of the deployment.",
    ),
});

/** An alarm that went to ALARM, and when: another rise of the same alarm has another instant. */
export const risenAlarmSchema = z.object({
  name: z.string(),
  account: accountIdSchema,
  region: regionSchema,
  since: instantSchema.describe('By the clock of CloudWatch.'),
});
export type RisenAlarm = z.infer<typeof risenAlarmSchema>;
