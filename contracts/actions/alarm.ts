import * as z from 'zod';
import { slugSchema } from '../identifiers.ts';
import { everyAction, timeoutMinutesSchema } from './every-action.ts';

/** A gate: launched is not yet working, and alarms of CloudWatch say when it is. Nothing is changed by it. */
export const alarmActionSchema = z.strictObject({
  kind: z.literal('alarm').describe('A gate that opens once alarms of CloudWatch have been OK for a while.'),
  ...everyAction,
  alarms: z
    .array(z.string().min(1).max(255))
    .min(1)
    .max(100)
    .describe('Metric or composite alarms by name; every one of them has to be OK.'),
  okMinutes: z
    .number()
    .int()
    .min(0)
    .max(1_440)
    .default(5)
    .describe('For how long without a break, counted from the start of the action at the earliest.'),
  missingData: z
    .enum(['wait', 'ok'])
    .default('wait')
    .describe('What INSUFFICIENT_DATA counts as. `wait`: not OK yet.'),
  target: slugSchema
    .optional()
    .describe("A key of the plan's targets: where the alarms are. Default: where the wave recovers."),
  timeoutMinutes: timeoutMinutesSchema.default(60).describe('Then the action fails.'),
});
export type AlarmAction = z.infer<typeof alarmActionSchema>;
