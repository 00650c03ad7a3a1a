import * as z from 'zod';
import { alarmStates } from './alarm.ts';

/** What a scenario says of CloudWatch in one account and Region. */
export const cloudWatchScenario = z
  .strictObject({
    alarms: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(255).describe('AlarmName'),
          state: z
            .enum(alarmStates)
            .default('OK')
            .describe('StateValue, until SetAlarmState says otherwise.'),
        }),
      )
      .default([])
      .describe('Alarms that exist from the beginning, on a metric of which nothing is collected.'),
  })
  .describe('CloudWatch, as far as alarms go.');
export type CloudWatchScenario = z.output<typeof cloudWatchScenario>;
