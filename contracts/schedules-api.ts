import * as z from 'zod';
import { maySchema } from './access.ts';
import { executionIdSchema, slugSchema } from './identifiers.ts';
import { scheduleSchema } from './schedule.ts';
import { skipReasons } from './schedule-events.ts';

export const storedScheduleSchema = z.object({
  scheduleId: slugSchema,
  version: z.number().int(),
  hash: z.string(),
  schedule: scheduleSchema,
  storedAt: z.iso.datetime(),
  by: z.string(),
  status: z.enum(['ACTIVE', 'PAUSED', 'DELETED']),
  changedAt: z.iso.datetime().describe('When it was stored, paused, resumed or deleted last.'),
});

/** A time of a schedule, and what became of it. */
export const occurrenceSchema = z.object({
  scheduleId: slugSchema,
  scheduledAt: z.iso.datetime(),
  planId: z.string(),
  decidedAt: z.iso.datetime(),
  outcome: z.discriminatedUnion('is', [
    z.object({
      is: z.literal('requested'),
      requestId: z.string(),
      executionId: executionIdSchema,
      startBy: z.iso.datetime().optional().describe('It is refused if it has not started by then.'),
      calendars: z.array(z.string()).optional(),
    }),
    z.object({
      is: z.literal('skipped'),
      reason: z.enum(skipReasons),
      message: z.string(),
      executionId: executionIdSchema.optional().describe('Of a request that was refused.'),
    }),
  ]),
  isTold: z.boolean().describe('Whether the bus has taken what follows.'),
  isSeen: z
    .literal(true)
    .optional()
    .describe('The execution that was requested has started, or was refused.'),
});

const nextTimeSchema = z.object({
  local: z.string().describe('On the clocks of its zone.'),
  at: z.iso.datetime().optional().describe('Absent where the clocks go forward over it: it is skipped.'),
  skipped: z.string().optional().describe('Why it will not be held, as far as the schedule itself says so.'),
});
export const nextTimesSchema = z.object({ times: z.array(nextTimeSchema) });

export const schedulePageSchema = z.object({
  schedules: z.array(
    storedScheduleSchema.extend({
      next: z.array(nextTimeSchema),
      may: maySchema,
      occurrences: z.array(occurrenceSchema).describe('The latest first.'),
    }),
  ),
});
