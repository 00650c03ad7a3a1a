import * as z from 'zod';
import {
  approvalOrderSchema,
  cleanUpOrderSchema,
  decisionOrderSchema,
  extendOrderSchema,
  handoverOrderSchema,
  keepOrderSchema,
  noteOrderSchema,
  retryOrderSchema,
  executionOrderSchema,
  executionStatusSchema,
} from '../../../contracts/orders.ts';
import { executionIdSchema, modeSchema, slugSchema } from '../../../contracts/identifiers.ts';
import { addNote, decide, type DecisionWord } from './answer-decisions.ts';
import { getEvents, getExecution, requestExecution } from './answer-executions.ts';
import { listExecutions, openExecutions } from '../../core/streams/list-executions.ts';
import { defineRoute, type Route, type Scope } from './route.ts';

const nothing = z.strictObject({});
const inExecution = z.object({ executionId: executionIdSchema });

const cursorSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z~exec-[0-9a-f]{20}$/, '`next` of a page, as it was given');
const instantSchema = z.iso.datetime({ offset: true });
const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const forecastRoute = defineRoute({
  method: 'get',
  path: '/executions/{executionId}/forecast',
  operationId: 'getForecast',
  summary: 'How long it should take, wave by wave, as the check of its plan says it.',
  scope: 'viewer',
  needs: { on: 'execution', may: ['see'] },
  params: inExecution,
  query: nothing,
  success: { status: 200, description: 'The forecast of the plan version that it runs.' },
  problems: [404],
  answer: async (ports, { params }) => {
    const { answerForecast } = await import('./answer-forecast.ts');
    return answerForecast(ports, params.executionId);
  },
});

export const executionRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/executions',
    operationId: 'requestExecution',
    summary: 'Requests a drill or a recovery of a plan. The response names the execution to follow.',
    scope: 'operator',
    needs: { on: 'order', may: ['run'] },
    params: nothing,
    query: nothing,
    body: executionOrderSchema,
    isIdempotent: true,
    success: { status: 202, description: 'Accepted; follow it at `Location`.' },
    problems: [404, 422],
    answer: (ports, { body, by, headers, base, judgedVersion: planVersion }) => {
      const requestId = headers['idempotency-key'] ?? body.requestId ?? ports.newId();
      // The version that the caller was judged for, and not one that somebody stores meanwhile.
      const judged = { ...body, ...(planVersion !== undefined && { planVersion }) };
      return requestExecution(ports, { ...judged, requestId, requestedBy: by }, base);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/executions',
    operationId: 'listExecutions',
    summary: 'Executions, newest first.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: z.strictObject({
      status: executionStatusSchema.optional().describe('Those in this state.'),
      after: cursorSchema.optional().describe('`next` of the previous page.'),
      limit: wholeNumber(1, 100).default(25).describe('How many at most.'),
      plan: z.string().max(64).optional().describe('Those of this plan.'),
      mode: modeSchema.optional().describe('Drills, or recoveries.'),
      by: z.string().max(256).optional().describe('Who requested it.'),
      text: z
        .string()
        .max(200)
        .optional()
        .describe('A part of its id, of its plan, of the reason, or of who requested it.'),
      from: instantSchema.optional().describe('Begun since.'),
      to: instantSchema.optional().describe('Begun until.'),
    }),
    success: {
      status: 200,
      description:
        'A page of executions; it may hold few of many that were looked through, and `next` all the same.',
    },
    answer: async ({ store }, { query }) => ({ status: 200, body: await listExecutions(store, query) }),
  }),
  defineRoute({
    method: 'get',
    path: '/decisions',
    operationId: 'listDecisions',
    summary: 'Everything that waits for a person, in all executions that have not ended, oldest first.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'What is asked, until when, what silence means, and the commands.' },
    answer: async (ports) => {
      // Read when somebody first asks: what folds executions into what people see would cost every cold start.
      const { answerDue } = await import('./answer-due.ts');
      return answerDue(ports);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/open-executions',
    operationId: 'listOpenExecutions',
    summary: 'Every execution that has not ended, oldest first, however many newer ones there are.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'All of them.' },
    answer: async ({ store }) => ({ status: 200, body: { executions: await openExecutions(store) } }),
  }),
  defineRoute({
    method: 'get',
    path: '/caller',
    operationId: 'getCaller',
    summary: 'Who asks, and what the token lets them do.',
    scope: 'viewer',
    needs: { on: 'caller' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'The caller.' },
    answer: async (_ports, { by, scopes, somewhere }) => ({
      status: 200,
      body: { by, scopes, ...(somewhere !== undefined && { may: somewhere }) },
    }),
  }),
  defineRoute({
    method: 'get',
    path: '/executions/{executionId}',
    operationId: 'getExecution',
    summary: 'An execution with its waves, servers and actions.',
    scope: 'viewer',
    needs: { on: 'execution', may: ['see'] },
    params: inExecution,
    query: z.strictObject({
      wait: wholeNumber(0, 20)
        .default(0)
        .describe('Seconds to wait for something other than what `If-None-Match` names.'),
    }),
    isConditional: true,
    success: { status: 200, description: 'As it stands now.' },
    problems: [404],
    answer: (ports, { params, query, headers, may }) =>
      getExecution(ports, params.executionId, {
        ...{ known: headers['if-none-match'], waitSeconds: query.wait, may },
      }),
  }),
  defineRoute({
    method: 'get',
    path: '/executions/{executionId}/events',
    operationId: 'getEvents',
    summary: 'What happened in an execution, event by event.',
    scope: 'viewer',
    needs: { on: 'execution', may: ['see'] },
    params: inExecution,
    query: nothing,
    isConditional: true,
    success: { status: 200, description: 'Its events so far.' },
    problems: [404],
    answer: (ports, { params, headers }) => getEvents(ports, params.executionId, headers['if-none-match']),
  }),
  forecastRoute,
];

const decisionTaken = {
  status: 202,
  description: 'Accepted; the outcome shows in the execution.',
};

const decisionRoute = <P extends typeof inExecution>(
  word: DecisionWord,
  place: string,
  scope: Scope,
  params: P,
  summary: string,
): Route =>
  defineRoute({
    method: 'post',
    path: `/executions/{executionId}${place}`,
    operationId: word,
    summary,
    scope,
    needs: { on: 'execution', may: [scope === 'approver' ? 'approve' : 'decide'] },
    params,
    query: nothing,
    body: decisionOrderSchema,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params: place, body, by, headers, base }) => {
      const decisionId = headers['idempotency-key'] ?? body.decisionId ?? ports.newId();
      return decide(ports, word, { ...place, decisionId, by, reason: body.reason }, base);
    },
  });

/** A second person's answer to a real recovery that waits for one. */
const secondPersonRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/executions/{executionId}/approve',
    operationId: 'approveExecution',
    summary: 'Approve a real recovery that awaits a second person; never by its requester.',
    scope: 'approver',
    needs: { on: 'execution', may: ['approve'] },
    params: inExecution,
    query: nothing,
    body: approvalOrderSchema,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params, body, by, headers, base }) => {
      const decisionId = headers['idempotency-key'] ?? body.decisionId ?? ports.newId();
      const { reason, planHash } = body;
      return decide(ports, 'approveExecution', { ...params, decisionId, by, reason, planHash }, base);
    },
  }),
  decisionRoute(
    'declineExecution',
    '/decline',
    'approver',
    inExecution,
    'Decline a real recovery that awaits a second person.',
  ),
];

const inWave = inExecution.extend({ waveId: slugSchema });
const inAction = inWave.extend({ actionId: slugSchema });
const ofWave = '/waves/{waveId}';
const ofAction = '/waves/{waveId}/actions/{actionId}';

/** What becomes of the instances of a drill that has ended. */
const drillRoute = <B extends typeof decisionOrderSchema>(
  word: DecisionWord,
  place: string,
  body: B,
  summary: string,
): Route =>
  defineRoute({
    method: 'post',
    path: `/executions/{executionId}${place}`,
    operationId: word,
    summary,
    scope: 'operator',
    needs: { on: 'execution', may: ['decide'] },
    params: inExecution,
    query: nothing,
    body,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params, body: order, by, headers, base }) => {
      const decisionId = headers['idempotency-key'] ?? order.decisionId ?? ports.newId();
      return decide(ports, word, { ...order, ...params, decisionId, by }, base);
    },
  });

const drillRoutes: readonly Route[] = [
  drillRoute(
    'cleanUp',
    '/clean-up',
    cleanUpOrderSchema,
    'Terminate the instances that a drill has launched; those that somebody keeps only with includeKept.',
  ),
  drillRoute('extend', '/extend', extendOrderSchema, 'Let the instances of a drill run for longer.'),
  drillRoute('keep', '/keep', keepOrderSchema, 'Keep instances of a drill: no clean-up terminates them.'),
];

/** What people tell each other about an execution; nothing of the run follows from it. */
const noteRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/executions/{executionId}/notes',
    operationId: 'addNote',
    summary: 'Note something on an execution, in whatever state it is, also after its end.',
    scope: 'operator',
    needs: { on: 'execution', may: ['decide'] },
    params: inExecution,
    query: nothing,
    body: noteOrderSchema,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params, body: { text, decisionId = ports.newId() }, by, headers, base }) =>
      addNote(ports, { ...params, decisionId: headers['idempotency-key'] ?? decisionId, by, text }, base),
  }),
  defineRoute({
    method: 'post',
    path: '/executions/{executionId}/handover',
    operationId: 'handOver',
    summary: 'Hand an execution over: somebody else is in charge from now on. Nobody’s rights change.',
    scope: 'operator',
    needs: { on: 'execution', may: ['decide'] },
    params: inExecution,
    query: nothing,
    body: handoverOrderSchema,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params, body: { text, to, decisionId = ports.newId() }, by, headers, base }) =>
      addNote(ports, { ...params, decisionId: headers['idempotency-key'] ?? decisionId, by, text, to }, base),
  }),
];

export const decisionRoutes: readonly Route[] = [
  ...noteRoutes,
  ...secondPersonRoutes,
  decisionRoute('pause', '/pause', 'operator', inExecution, 'Start nothing new; running jobs continue.'),
  decisionRoute('resume', '/resume', 'operator', inExecution, 'Continue after a pause.'),
  decisionRoute(
    'cancel',
    '/cancel',
    'operator',
    inExecution,
    'Start nothing new, and end once everything has finished.',
  ),
  defineRoute({
    method: 'post',
    path: `/executions/{executionId}${ofWave}/retry`,
    operationId: 'retry',
    summary:
      'Recover the failed servers of a held wave again; of those whose instance runs only with relaunch.',
    scope: 'operator',
    needs: { on: 'execution', may: ['decide'] },
    params: inWave,
    query: nothing,
    body: retryOrderSchema,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params, body, by, headers, base }) => {
      const decisionId = headers['idempotency-key'] ?? body.decisionId ?? ports.newId();
      const { reason, relaunch } = body;
      const order = { ...params, decisionId, by, reason, ...(relaunch === true && { relaunch }) };
      return decide(ports, 'retry', order, base);
    },
  }),
  decisionRoute(
    'skip',
    `${ofWave}/skip`,
    'operator',
    inWave,
    'Give up on this wave; its dependants start without it.',
  ),
  decisionRoute(
    'continue',
    `${ofWave}/continue`,
    'operator',
    inWave,
    'Accept the failure; the dependants are skipped.',
  ),
  ...drillRoutes,
  decisionRoute('approve', `${ofAction}/approve`, 'approver', inAction, 'Approve a waiting approval.'),
  decisionRoute('decline', `${ofAction}/decline`, 'approver', inAction, 'Decline a waiting approval.'),
];
