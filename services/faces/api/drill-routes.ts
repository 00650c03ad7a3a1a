import * as z from 'zod';
import { defineRoute, type Route } from './route.ts';

const nothing = z.strictObject({});

export const drillRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/drills',
    operationId: 'listDrills',
    summary:
      'What runs from drills now: whose it is, since when, and what becomes of it; also what no execution launched. Changes nothing.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'Every instance, as DRS and EC2 show it at this moment.' },
    answer: async (ports) => {
      // Read when somebody first asks: what asks DRS would cost every cold start.
      const { answerDrills } = await import('./answer-drills.ts');
      return answerDrills(ports);
    },
  }),
];
