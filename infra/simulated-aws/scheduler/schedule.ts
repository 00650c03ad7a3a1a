import * as z from 'zod';
import { isZone } from '../time/wall-time.ts';

const name = z.string().regex(/^[\w.-]{1,64}$/, 'must satisfy the pattern [0-9a-zA-Z-_.]+');
const arn = (service: string) =>
  z.string().regex(new RegExp(`^arn:aws[\\w-]*:${service}:`), `an ARN of ${service}`);

const targetSchema = z.object({
  Arn: z.string().startsWith('arn:'),
  RoleArn: arn('iam'),
  Input: z.string().min(1).optional(),
  DeadLetterConfig: z.object({ Arn: arn('sqs').optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumEventAgeInSeconds: z.number().int().min(60).max(86_400).default(86_400),
      MaximumRetryAttempts: z.number().int().min(0).max(185).default(185),
    })
    .prefault({}),
  EventBridgeParameters: z
    .object({
      DetailType: z.string().min(1).max(128),
      Source: z
        .string()
        .regex(/^(?=[/.\-_A-Za-z0-9]+)((?!aws\.).*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*)$/, 'not one of AWS'),
    })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().min(1).max(128).optional() }).optional(),
});

/** CreateSchedule and UpdateSchedule, as far as targets go that are simulated: buses, queues and functions. */
export const scheduleInput = z.object({
  Name: name,
  GroupName: name.default('default'),
  Description: z.string().max(512).optional(),
  ScheduleExpression: z.string().min(1).max(256),
  ScheduleExpressionTimezone: z
    .string()
    .min(1)
    .max(50)
    .refine(isZone, 'a time zone of the IANA database')
    .default('UTC'),
  StartDate: z.number().optional(),
  EndDate: z.number().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z
    .object({
      Mode: z.enum(['OFF', 'FLEXIBLE']),
      MaximumWindowInMinutes: z.number().int().min(1).max(1_440).optional(),
    })
    .refine(
      ({ Mode, MaximumWindowInMinutes }) => (Mode === 'FLEXIBLE') === (MaximumWindowInMinutes !== undefined),
      'MaximumWindowInMinutes goes with FLEXIBLE, and with nothing else',
    ),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  ClientToken: z.string().min(1).max(64).optional(),
  Target: targetSchema,
});
export type ScheduleInput = z.output<typeof scheduleInput>;

export interface Schedule {
  readonly input: ScheduleInput;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** An invocation that is due, or is being tried again. Instants in epoch ms. */
export interface Invocation {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  /** As the schedule says; with a flexible window it is invoked later. */
  readonly scheduledAt: number;
  /** When it is tried next. */
  readonly dueAt: number;
  readonly firstAt: number;
  readonly attempt: number;
  readonly target: ScheduleInput['Target'];
}

export type SchedulerRecord =
  | { readonly kind: 'group'; readonly name: string; readonly at: number }
  | { readonly kind: 'group-deleted'; readonly name: string }
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'schedule-deleted'; readonly key: string }
  | { readonly kind: 'invocation'; readonly invocation: Invocation }
  | { readonly kind: 'invoked'; readonly id: string };

export const keyOf = (group: string, scheduleName: string): string => `${group}/${scheduleName}`;

const isoSeconds = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** What Scheduler puts in place of its context attributes ("Adding context attributes"). */
export const renderedInput = (
  { Input = '{}' }: ScheduleInput['Target'],
  { scheduledAt, attempt, id }: Pick<Invocation, 'scheduledAt' | 'attempt' | 'id'>,
  scheduleArn: string,
): string =>
  Input.replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
    .replaceAll('<aws.scheduler.scheduled-time>', isoSeconds(scheduledAt))
    .replaceAll('<aws.scheduler.execution-id>', id)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
