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
import { type Answer, type ApiPorts, defineRoute, type Route, type Scope } from './route.ts';

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

interface OrderRoute<P, B> {
  readonly operationId: string;
  /** Beside its execution. */
  readonly place: string;
  readonly scope?: Scope;
  readonly params: P;
  readonly body: B;
  readonly summary: string;
}

/** What somebody says about an execution, under an id that is never acted on twice. */
const orderRoute = <
  P extends typeof inExecution,
  B extends z.ZodType<{ readonly decisionId?: string | undefined }>,
>(
  { place, scope = 'operator', ...route }: OrderRoute<P, B>,
  take: (
    ports: ApiPorts,
    order: z.output<P> & { readonly decisionId: string; readonly by: string },
    body: z.output<B>,
    base: string,
  ) => Promise<Answer>,
): Route =>
  defineRoute({
    ...route,
    method: 'post',
    path: `/executions/{executionId}${place}`,
    scope,
    needs: { on: 'execution', may: [scope === 'approver' ? 'approve' : 'decide'] },
    query: nothing,
    isIdempotent: true,
    success: decisionTaken,
    problems: [404, 409],
    answer: (ports, { params, body, by, headers, base }) => {
      const decisionId = headers['idempotency-key'] ?? body.decisionId ?? ports.newId();
      return take(ports, { ...params, decisionId, by }, body, base);
    },
  });

const decisionRoute = <P extends typeof inExecution>(
  word: DecisionWord,
  place: string,
  scope: Scope,
  params: P,
  summary: string,
): Route =>
  orderRoute(
    { operationId: word, place, scope, params, summary, body: decisionOrderSchema },
    (ports, order, { reason }, base) => decide(ports, word, { ...order, reason }, base),
  );

/** A second person's answer to a real recovery that waits for one. */
const secondPersonRoutes: readonly Route[] = [
  orderRoute(
    {
      operationId: 'approveExecution',
      place: '/approve',
      scope: 'approver',
      params: inExecution,
      summary: 'Approve a real recovery that awaits a second person; never by its requester.',
      body: approvalOrderSchema,
    },
    (ports, order, { reason, planHash }, base) =>
      decide(ports, 'approveExecution', { ...order, reason, planHash }, base),
  ),
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
  orderRoute({ operationId: word, place, params: inExecution, summary, body }, (ports, order, said, base) =>
    decide(ports, word, { ...said, ...order }, base),
  );

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
  orderRoute(
    {
      operationId: 'addNote',
      place: '/notes',
      params: inExecution,
      summary: 'Note something on an execution, in whatever state it is, also after its end.',
      body: noteOrderSchema,
    },
    (ports, order, { text }, base) => addNote(ports, { ...order, text }, base),
  ),
  orderRoute(
    {
      operationId: 'handOver',
      place: '/handover',
      params: inExecution,
      summary: 'Hand an execution over: somebody else is in charge from now on. Nobody’s rights change.',
      body: handoverOrderSchema,
    },
    (ports, order, { text, to }, base) => addNote(ports, { ...order, text, to }, base),
  ),
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
  orderRoute(
    {
      operationId: 'retry',
      place: `${ofWave}/retry`,
      params: inWave,
      summary:
        'Recover the failed servers of a held wave again; of those whose instance runs only with relaunch.',
      body: retryOrderSchema,
    },
    (ports, order, { reason, relaunch }, base) =>
      decide(ports, 'retry', { ...order, reason, ...(relaunch === true && { relaunch }) }, base),
  ),
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
