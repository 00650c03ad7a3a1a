import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';
import { parseExpression, type Occurrences } from './expression.ts';

const sqsArn = z
  .string()
  .regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[a-zA-Z0-9_-]+$/, 'must be the ARN of a queue');

/** The body of CreateSchedule and UpdateSchedule. */
export const scheduleInput = z.object({
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  FlexibleTimeWindow: z.discriminatedUnion('Mode', [
    z.object({ Mode: z.literal('OFF') }),
    z.object({ Mode: z.literal('FLEXIBLE'), MaximumWindowInMinutes: z.number().int().min(1).max(1440) }),
  ]),
  Target: z.object({
    Arn: z.string().min(1).max(1600),
    RoleArn: z.string().regex(/^arn:aws:iam::\d{12}:role\/.+$/, 'must be the ARN of a role'),
    Input: z.string().max(262_144).optional(),
    DeadLetterConfig: z.object({ Arn: sqsArn.optional() }).optional(),
    RetryPolicy: z
      .object({
        MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).default(86_400),
        MaximumRetryAttempts: z.number().int().min(0).max(185).default(185),
      })
      .default({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 }),
  }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().max(512).optional(),
  GroupName: z.string().default('default'),
  ClientToken: z.string().min(1).max(64).optional(),
  StartDate: z.number().optional().describe('Epoch seconds.'),
  EndDate: z.number().optional().describe('Epoch seconds.'),
});

export type ScheduleInput = z.output<typeof scheduleInput>;

export interface Schedule {
  readonly name: string;
  readonly input: ScheduleInput;
  /** Epoch ms, as are all times here. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** The last occurrence whose target was invoked, or given up. */
  readonly handledAt?: number;
}

/** Schedules are unique by name within their group. */
export const keyOf = (group: string, name: string): string => `${group}/${name}`;

export const occurrencesOf = ({
  ScheduleExpression,
  ScheduleExpressionTimezone,
}: ScheduleInput): Occurrences => {
  const occurrences = parseExpression(ScheduleExpression, ScheduleExpressionTimezone);
  if (occurrences === undefined)
    throw new ServiceError('ValidationException', `Invalid Schedule Expression ${ScheduleExpression}.`);
  return occurrences;
};

/** The next occurrence that has not been handled; a one-time schedule whose time has passed is still due. */
export const nextOccurrence = (schedule: Schedule): number | undefined => {
  const { input, createdAt, handledAt } = schedule;
  if (input.State === 'DISABLED') return undefined;
  const occurrences = occurrencesOf(input);
  if (occurrences.isOnce) return handledAt === undefined ? occurrences.next(-Infinity, createdAt) : undefined;
  const since = Math.max(createdAt, (input.StartDate ?? 0) * 1000);
  const next = occurrences.next(handledAt ?? since, since);
  return next === undefined || next > (input.EndDate ?? Infinity) * 1000 ? undefined : next;
};
