import * as z from 'zod';
import { readUntold } from '../../core/streams/notice-records.ts';
import { defineRoute, type Route } from './route.ts';

const nothing = z.strictObject({});

export const noticeRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/notices',
    operationId: 'listNotices',
    summary: 'Undelivered notices: those being retried, and those given up.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'All of them, each with the reason.' },
    answer: async ({ store }) => ({ status: 200, body: { notices: await readUntold(store) } }),
  }),
];
