import * as z from 'zod';
import { slugSchema } from './identifiers.ts';
import { calendarsSchema } from './plan.ts';

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const dateForm = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const windowForm =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d-(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/;

/** When drills of a plan start by themselves. There is no schedule of real recoveries. */
export const scheduleSchema = z.strictObject({
  scheduleId: slugSchema.describe('Its name, as in the address.'),
  description: z.string().max(500).optional().describe('For people.'),
  planId: slugSchema.describe('The stored plan that is drilled, in its newest version at that time.'),
  cron: z
    .string()
    .regex(/^\S+(?: \S+){5}$/, 'six fields: minute hour day-of-month month day-of-week year')
    .describe(
      'As EventBridge Scheduler reads it: minute, hour, day of month, month, day of week, year; one of the two days is ?.',
    ),
  zone: z
    .string()
    .max(50)
    .refine(isZone, 'a time zone of the IANA database, such as Europe/Berlin')
    .default('UTC')
    .describe(
      'Times are those on its clocks: one that is left out in spring is skipped, one that comes twice in autumn is due once.',
    ),
  startWindowMinutes: z
    .number()
    .int()
    .min(5)
    .max(1_440)
    .default(60)
    .describe('A drill that is delivered later than so long after its time is skipped.'),
  flexibleMinutes: z
    .number()
    .int()
    .min(1)
    .max(1_440)
    .optional()
    .describe('It starts at some moment within so long after its time. Less than the start window.'),
  expectedMinutes: z
    .number()
    .int()
    .min(1)
    .max(10_080)
    .optional()
    .describe(
      'For how long calendars have to be open. Default: the forecast of the plan, with the time until its clean-up.',
    ),
  calendars: calendarsSchema
    .default([])
    .describe(
      'SSM Change Calendars, by name or ARN, beside those of the plan: all have to be open for the whole drill, and are asked again before each of its waves.',
    ),
  blockedDates: z
    .array(z.string().regex(dateForm, 'a date such as 2026-12-24'))
    .max(100)
    .default([])
    .describe('In the zone of the schedule.'),
  blockedWindows: z
    .array(z.string().regex(windowForm, 'a span of the week such as Mon:09:00-Mon:17:00'))
    .max(15)
    .default([])
    .describe('In the zone of the schedule.'),
  blockingAlarms: z
    .array(z.string().min(1).max(255))
    .max(10)
    .default([])
    .describe('CloudWatch alarms of the deployment’s account and Region: none may be in ALARM.'),
});
export type Schedule = z.infer<typeof scheduleSchema>;
