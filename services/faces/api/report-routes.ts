import * as z from 'zod';
import { executionIdSchema } from '../../../contracts/identifiers.ts';
import { reportFormats } from './report-format.ts';
import { defineRoute, type Route } from './route.ts';

export const reportRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/executions/{executionId}/report',
    operationId: 'getReport',
    summary:
      'The verified report on an execution. A PDF is available only from `groundswell report --format pdf`, which needs a browser.',
    scope: 'viewer',
    needs: { on: 'execution', may: ['see'] },
    params: z.object({ executionId: executionIdSchema }),
    query: z.strictObject({
      format: z.enum(reportFormats).optional().describe('Default: by `Accept`, else JSON.'),
    }),
    success: {
      status: 200,
      description: 'What was requested, done and decided, with proof.',
      texts: ['text/html', 'text/markdown'],
    },
    problems: [404, 406],
    answer: async (ports, { params, query, headers }) => {
      // Read when the first report is asked for: what renders and verifies would cost every cold start.
      const { answerReport } = await import('./answer-report.ts');
      return answerReport(ports, params.executionId, query.format, headers['accept']);
    },
  }),
];
