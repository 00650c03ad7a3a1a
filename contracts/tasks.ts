import * as z from 'zod';
import { taskRequestedSchema, taskSource, type TaskReport, type TaskRequested } from './task-events.ts';

const deliverySchema = z.object({
  source: z.literal(taskSource),
  'detail-type': z.literal('TaskRequested'),
  detail: z.object({ data: taskRequestedSchema }),
  'replay-name': z.never().optional(),
});

/**
 * The task of an event as EventBridge delivers it. Throws a ZodError for any other event: it ends where the worker's
 * function puts what it cannot handle.
 */
export const readTask = (event: unknown): TaskRequested => deliverySchema.parse(event).detail.data;

/** A task as a rule of EventBridge hands it over, as far as a worker reads it: what readTask takes. */
export const taskEvent = (task: TaskRequested) => ({
  source: taskSource,
  'detail-type': 'TaskRequested' as const,
  detail: { data: task },
});

/** What a worker may say; all but the outcome may be left out. */
export type TaskAnswer = Pick<TaskReport, 'outcome'> & Partial<Omit<TaskReport, 'taskId' | 'token'>>;

/** An entry of EventBridge's PutEvents. */
export interface PutEventsEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/**
 * The entry by which a worker reports on its task. `bus`: the name or ARN of the product's bus.
 *
 *     await events.send(new PutEventsCommand({ Entries: [answerTask(task, { outcome: 'succeeded' })] }));
 */
export const answerTask = (
  { taskId, token }: Pick<TaskRequested, 'taskId' | 'token'>,
  answer: TaskAnswer,
  bus = 'groundswell',
): PutEventsEntry => ({
  EventBusName: bus,
  Source: taskSource,
  DetailType: 'TaskReported',
  Detail: JSON.stringify({ data: { taskId, token, ...answer } }),
});
