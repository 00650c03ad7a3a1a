import * as z from 'zod';
import { modeSchema, slugSchema } from '../../../contracts/identifiers.ts';
import { defineRoute, type Route } from './route.ts';

export const serverRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/servers',
    operationId: 'listServers',
    summary:
      'The source servers of home and of all targets that plans name: replication, lag, last recovery point, live recovery instances, readiness, the plans and waves that recover each, and when a drill last proved it. Changes nothing.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: z.strictObject({}),
    query: z.strictObject({
      text: z
        .string()
        .max(200)
        .optional()
        .describe("A part of the server's name or id, or of its account and Region."),
      plan: slugSchema.optional().describe('Only those that this plan recovers.'),
      uncovered: z.enum(['true', 'false']).optional().describe('true: only those that no plan recovers.'),
      mode: modeSchema.default('DRILL').describe('As what a launch each is judged.'),
      after: z
        .string()
        .regex(/^[\w-]{1,2000}$/, '`next` of a page, as it was given')
        .optional()
        .describe('`next` of the previous page.'),
      limit: z.coerce.number().int().min(1).max(100).default(50).describe('How many at most.'),
    }),
    success: { status: 200, description: 'A page, and what could not be read.' },
    answer: async (ports, { query: { uncovered, ...asked } }) => {
      // Read when somebody first asks: what asks DRS and verifies proofs would cost every cold start.
      const { answerServers } = await import('./answer-servers.ts');
      return answerServers(ports, { ...asked, uncovered: uncovered === 'true' });
    },
  }),
];
