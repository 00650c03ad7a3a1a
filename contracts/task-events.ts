import * as z from 'zod';
import { defineEvent } from './envelope.ts';
import {
  drsJobIdSchema,
  executionIdSchema,
  modeSchema,
  slugSchema,
  sourceServerIdSchema,
} from './identifiers.ts';
import { actionStageSchema } from './wave-events.ts';

/**
 * The `source` of all that is said of tasks. It is another than that of the product's facts, since a token goes with
 * it: what is kept of the bus, in its archive and in the audit, is kept of the facts alone.
 */
export const taskSource = 'groundswell.tasks';

export const taskIdSchema = z
  .string()
  .regex(/^[0-9a-f-]{36}$/, 'a UUID')
  .describe('Follows from execution, wave, action and try.');

export const taskTokenSchema = z
  .string()
  .regex(/^[\w-]{43}$/, '43 characters of base64url')
  .describe("The worker's authority to answer. Nobody keeps it but the worker.");

/** A server that the wave has recovered. */
const taskServerSchema = z.object({
  sourceServerId: sourceServerIdSchema,
  name: z.string(),
  instanceId: z.string().optional(),
  jobId: drsJobIdSchema.optional(),
});

const place = {
  taskId: taskIdSchema,
  task: slugSchema,
  executionId: executionIdSchema,
  planId: slugSchema,
  mode: modeSchema,
  waveId: slugSchema,
  attempt: z.number().int().min(1),
  stage: actionStageSchema,
  actionId: slugSchema,
  tryNumber: z.number().int().min(1),
};

/** What a worker is asked to do. The same task may be requested more than once, with another token: each is valid. */
export const taskRequestedSchema = z.object({
  ...place,
  token: taskTokenSchema,
  parameters: z.record(z.string(), z.array(z.string())),
  target: z.object({ account: z.string(), region: z.string() }).describe('Where the wave recovers.'),
  servers: z
    .array(taskServerSchema)
    .describe('What the wave has recovered so far, the first hundred; before its recovery none.'),
  endsBy: z.iso.datetime().describe('About when the product stops waiting.'),
  heartbeatMinutes: z.number().int().optional().describe('Report at least so often.'),
});
export type TaskRequested = z.infer<typeof taskRequestedSchema>;

export const taskCancelledSchema = z.object({ ...place, reason: z.string() });
export type TaskCancelled = z.infer<typeof taskCancelledSchema>;

/** What a worker says of its task. */
export const taskReportSchema = z.strictObject({
  taskId: taskIdSchema,
  token: taskTokenSchema,
  outcome: z
    .enum(['succeeded', 'failed', 'progress', 'heartbeat'])
    .describe('The first two end the task; the others say that it is still worked on.'),
  message: z.string().max(1_000).default('').describe('For people: how far it is, or why it failed.'),
  percent: z.number().min(0).max(100).optional().describe('How much is done.'),
  outputs: z
    .record(z.string().min(1).max(200), z.array(z.string().max(2_000)).max(50))
    .default({})
    .describe('What the task gave, for the report; the first 25 are kept.'),
  by: z.string().min(1).max(128).optional().describe('Which worker it was.'),
});
export type TaskReport = z.output<typeof taskReportSchema>;

/** What stands on the bus under the source of tasks. None of it has metadata: it belongs to no stream. */
export const taskEvents = [
  defineEvent('TaskRequested', 'run-actions', 'A worker is asked to do something.', taskRequestedSchema),
  defineEvent(
    'TaskCancelled',
    'run-actions',
    'Nobody waits for a task any more. It may come before its TaskRequested.',
    taskCancelledSchema,
  ),
  defineEvent('TaskReported', 'worker', 'A worker says how its task is, or how it ended.', taskReportSchema),
] as const;
export type TaskEventName = (typeof taskEvents)[number]['name'];

/** The EventBridge pattern of a subscription: replayed events never reach whoever acts. */
export const taskPattern = (names: readonly TaskEventName[], tasks: readonly string[] = []) => ({
  source: [taskSource],
  'detail-type': names,
  ...(tasks.length > 0 && { detail: { data: { task: tasks } } }),
  'replay-name': [{ exists: false as const }],
});
