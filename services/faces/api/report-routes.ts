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
      'The document of an execution, verified. As PDF it comes from `groundswell report --format pdf` alone, which needs a browser.',
    scope: 'viewer',
    params: z.object({ executionId: executionIdSchema }),
    query: z.strictObject({
      format: z.enum(reportFormats).optional().describe('Default: what `Accept` likes best, or JSON.'),
    }),
    success: {
      status: 200,
      description: 'What was asked, done and decided, and the proof of it.',
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
