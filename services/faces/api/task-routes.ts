import * as z from 'zod';
import { taskIdSchema, taskReportSchema } from '../../../contracts/task-events.ts';
import { defineRoute, type Route } from './route.ts';

const reportBody = taskReportSchema.omit({ taskId: true, by: true });

/** For workers that reach the API and not the bus, such as a deployment hook. */
export const taskRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/tasks/{taskId}/reports',
    operationId: 'reportTask',
    summary: 'Reports on a task that the worker was asked to do. Its token is the authority.',
    scope: 'operator',
    needs: { on: 'task', may: ['see'] },
    params: z.object({ taskId: taskIdSchema }),
    query: z.strictObject({}),
    body: reportBody,
    isIdempotent: false,
    problems: [404],
    success: { status: 202, description: 'Published; what becomes of it shows in the execution.' },
    answer: async ({ requests }, { params: { taskId }, body, by }) => {
      const reportId = await requests.say('TaskReported', { ...body, taskId, by });
      return { status: 202, body: { taskId, reportId } };
    },
  }),
];
