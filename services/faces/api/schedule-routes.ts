import * as z from 'zod';
import { slugSchema } from '../../../contracts/identifiers.ts';
import { scheduleSchema } from '../../../contracts/schedule.ts';
import { defineRoute, type Route } from './route.ts';

const nothing = z.strictObject({});
const ofSchedule = z.object({ scheduleId: slugSchema });
const stored = { status: 200, description: 'The schedule as it stands.' };

const statusRoutes = (
  [
    [
      'pause',
      'PAUSED',
      ['edit'],
      'No drill of it starts until it is resumed; what is due meanwhile is skipped.',
    ],
    ['resume', 'ACTIVE', ['edit', 'run'], 'Its drills start again; nothing that was skipped is made up for.'],
    ['delete', 'DELETED', ['edit'], 'Its versions, and what became of its drills, stay on record.'],
  ] as const
).map(([verb, status, may, summary]) =>
  defineRoute({
    method: 'post',
    path: `/schedules/{scheduleId}/${verb}`,
    operationId: `${verb}Schedule`,
    summary,
    scope: 'planner',
    needs: { on: 'schedule', may },
    params: ofSchedule,
    query: nothing,
    success: stored,
    problems: [404, 409],
    answer: async (ports, { params, by, judgedVersion }) => {
      const { changeSchedule } = await import('./answer-schedules.ts');
      return changeSchedule(ports, params.scheduleId, status, { by, judgedVersion });
    },
  }),
);

export const scheduleRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/schedules',
    operationId: 'listSchedules',
    summary: 'Schedules of drills, their next times, and what became of the last ones.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'All that are not deleted.' },
    answer: async (ports, { mayWith }) => {
      const { answerSchedules } = await import('./answer-schedules.ts');
      return answerSchedules(ports, mayWith);
    },
  }),
  defineRoute({
    method: 'put',
    path: '/schedules/{scheduleId}',
    operationId: 'putSchedule',
    summary: 'Stores a schedule as its next version; an unchanged one stays at its version.',
    scope: 'planner',
    needs: { on: 'new-schedule', may: ['edit', 'run'] },
    params: ofSchedule,
    query: nothing,
    body: scheduleSchema,
    success: stored,
    problems: [404, 409],
    answer: async (ports, { params, body, by, judgedVersion }) => {
      const { storeSchedule } = await import('./answer-schedules.ts');
      return storeSchedule(ports, params.scheduleId, body, { by, judgedVersion });
    },
  }),
  ...statusRoutes,
  defineRoute({
    method: 'get',
    path: '/schedules/{scheduleId}/next',
    operationId: 'nextOfSchedule',
    summary: 'The next times of a schedule as EventBridge Scheduler keeps them, daylight saving included.',
    scope: 'viewer',
    needs: { on: 'schedule', may: ['see'] },
    params: ofSchedule,
    query: z.strictObject({
      count: z.coerce.number().int().min(1).max(100).default(10).describe('How many at most.'),
    }),
    success: { status: 200, description: 'In order, with those that are skipped.' },
    problems: [404],
    answer: async (ports, { params, query }) => {
      const { answerNext } = await import('./answer-schedules.ts');
      return answerNext(ports, params.scheduleId, query.count);
    },
  }),
];
