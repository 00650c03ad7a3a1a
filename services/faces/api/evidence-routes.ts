import * as z from 'zod';
import { instantSchema, slugSchema } from '../../../contracts/identifiers.ts';
import { evidenceFormats } from './report-format.ts';
import { defineRoute, type Route } from './route.ts';

const nothing = z.strictObject({});

const period = {
  plan: z
    .string()
    .regex(/^[a-z0-9-]{1,64}(,[a-z0-9-]{1,64}){0,99}$/, 'names of plans with commas between them')
    .optional()
    .describe('Default: all plans.'),
  from: instantSchema.optional().describe('Default: 92 days before the end.'),
  to: instantSchema.optional().describe('Default: now.'),
};

export const evidenceRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/evidence',
    operationId: 'getEvidence',
    summary:
      'The evidence of a recovery programme: objectives, drills held and skipped, findings, decisions, clean-ups, coverage of servers, each record verified. It covers 250 executions with 15,000 events and 5.9 MB at most; `groundswell evidence` has no such bound, and writes PDF.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: z.strictObject({
      ...period,
      format: z.enum(evidenceFormats).optional().describe('Default: by `Accept`, else JSON.'),
    }),
    success: {
      status: 200,
      description: 'A page, a table with a line for each execution and each skipped drill, or all of it.',
      texts: ['text/html', 'text/csv'],
    },
    problems: [406, 422],
    answer: async (ports, { query, headers }) => {
      // Read when somebody first asks: what renders and verifies would cost every cold start.
      const { answerEvidence } = await import('./answer-evidence.ts');
      return answerEvidence(ports, query, query.format, headers['accept']);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/evidence/overview',
    operationId: 'getEvidenceOverview',
    summary: 'The same in a line for each execution, within the same bounds.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: z.strictObject(period),
    success: { status: 200, description: 'What was held, skipped, failed and proven.' },
    problems: [422],
    answer: async (ports, { query }) => {
      const { answerOverview } = await import('./answer-evidence.ts');
      return answerOverview(ports, query);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/proofs',
    operationId: 'listProofs',
    summary: 'When each plan was last proven, with which version, in which time, and for which servers.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: z.strictObject({
      after: slugSchema.optional().describe('`next` of the page before.'),
      limit: z.coerce.number().int().min(1).max(50).default(25).describe('How many at most.'),
    }),
    success: { status: 200, description: 'In the order of the names of the plans.' },
    answer: async (ports, { query }) => {
      const { answerProofs } = await import('./answer-evidence.ts');
      return answerProofs(ports, query.after, query.limit);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/plans/{planId}/proof',
    operationId: 'getProof',
    summary: 'When a plan was last proven, with which version, in which time, and for which servers.',
    scope: 'viewer',
    needs: { on: 'plan', may: ['see'], alsoMany: true },
    params: z.object({ planId: slugSchema }),
    query: nothing,
    success: { status: 200, description: 'What is proven of its newest version.' },
    problems: [404],
    answer: async (ports, { params }) => {
      const { answerProof } = await import('./answer-evidence.ts');
      return answerProof(ports, params.planId);
    },
  }),
];
