import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import { actorSchema, executionIdSchema, slugSchema } from './identifiers.ts';

const scheduledAt = z.iso
  .datetime()
  .describe('When it was due by its schedule, whenever it was delivered: an occurrence has one only.');

/** EventBridge Scheduler says so, at least once. Nothing in it is believed but what the stored schedule confirms. */
export const drillDue = defineEvent(
  'DrillDue',
  'operator',
  'A drill of a schedule is due: its calendars, alarms and windows are asked, and it is requested or skipped.',
  z.strictObject({ scheduleId: slugSchema, scheduledAt }),
);

export const scheduleChanged = defineEvent(
  'ScheduleChanged',
  'operator',
  'A stored schedule is another than before: look, and bring EventBridge Scheduler in step with it.',
  z.strictObject({ scheduleId: slugSchema, by: actorSchema }),
);

export const skipReasons = [
  'deleted',
  'paused',
  'late',
  'blocked-date',
  'blocked-window',
  'calendar-closed',
  'calendar-unknown',
  'alarm',
  'alarm-unknown',
  'refused',
] as const;

export const drillSkipped = defineEvent(
  'DrillSkipped',
  'operator',
  'A drill of a schedule was due and is not held.',
  z.strictObject({
    scheduleId: slugSchema,
    scheduledAt,
    planId: slugSchema,
    reason: z.enum(skipReasons),
    message: z.string().max(1_000).describe('Why, for people.'),
    executionId: executionIdSchema
      .optional()
      .describe('Where it was requested, and its request refused: its ExecutionRejected says why.'),
  }),
);

export const scheduleEvents = [drillDue, scheduleChanged, drillSkipped] as const;
