import * as z from 'zod';
import { instantSchema, modeSchema, slugSchema } from '../../../contracts/identifiers.ts';
import { planSchema, pointAt } from '../../../contracts/plan.ts';
import { documentFaultsOf } from '../../core/domain/judge-plan.ts';
import { getPlans, readPlan, readPlanVersions, storePlan } from './answer-plans.ts';
import { defineRoute, type Route } from './route.ts';

const nothing = z.strictObject({});
const ofPlan = z.object({ planId: slugSchema });

const version = z.coerce.number().int().min(1).max(999_999).optional().describe('Default: the newest.');

export const planRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/plans',
    operationId: 'listPlans',
    summary: 'The newest version of every plan.',
    scope: 'viewer',
    needs: { on: 'many' },
    params: nothing,
    query: nothing,
    success: { status: 200, description: 'All plans.' },
    answer: (ports, { mayWith }) => getPlans(ports, mayWith),
  }),
  defineRoute({
    method: 'put',
    path: '/plans/{planId}',
    operationId: 'putPlan',
    summary: 'Stores a plan as its next version; an unchanged plan stays at its version.',
    scope: 'planner',
    needs: { on: 'new-version', may: ['edit'] },
    params: ofPlan,
    query: nothing,
    body: planSchema,
    faultsInBody: documentFaultsOf,
    success: {
      status: 201,
      description: 'Stored; 200 if it was there already.',
    },
    problems: [404, 409],
    answer: (ports, { params, body, may, judgedVersion }) =>
      storePlan(ports, params.planId, body, { may, judgedVersion }),
  }),
  defineRoute({
    method: 'get',
    path: '/plans/{planId}',
    operationId: 'getPlan',
    summary: 'A version of a plan, the newest by default.',
    scope: 'viewer',
    needs: { on: 'plan', may: ['see'] },
    params: ofPlan,
    query: z.strictObject({ version }),
    success: { status: 200, description: 'The plan.' },
    problems: [404],
    answer: (ports, { params, query, may }) => readPlan(ports, params.planId, query.version, may),
  }),
  defineRoute({
    method: 'get',
    path: '/plans/{planId}/versions',
    operationId: 'listPlanVersions',
    summary: 'The versions of a plan, newest first, without their text.',
    scope: 'viewer',
    needs: { on: 'plan', may: ['see'], alsoMany: true },
    params: ofPlan,
    query: nothing,
    success: { status: 200, description: 'Its versions.' },
    problems: [404],
    answer: (ports, { params }) => readPlanVersions(ports, params.planId),
  }),
  defineRoute({
    method: 'get',
    path: '/plans/{planId}/check',
    operationId: 'checkPlan',
    summary:
      'Checks with DRS and SSM whether the plan could run now, and estimates how long it would take. Changes nothing.',
    scope: 'viewer',
    needs: { on: 'plan', may: ['see'] },
    params: ofPlan,
    query: z.strictObject({
      mode: modeSchema.default('DRILL').describe('As which it is to run.'),
      version,
      allowDrillOverRecovery: z
        .enum(['true', 'false'])
        .default('false')
        .describe('As if the request allowed the drill to end machines of a real recovery.'),
      allowReplacing: z
        .string()
        .regex(/^i-[0-9a-f]{8,17}(,i-[0-9a-f]{8,17}){0,99}$/, 'ids of EC2 instances with commas between them')
        .optional()
        .describe('As if the request allowed the drill to end or overwrite these instances.'),
      acceptWarnings: z
        .string()
        .regex(/^[a-z][a-z-]{0,63}(,[a-z][a-z-]{0,63}){0,31}$/, 'names of warnings with commas between them')
        .optional()
        .describe('As if the request accepted these warnings.'),
      pointInTime: z
        .union([z.literal('latest'), instantSchema])
        .optional()
        .describe(
          'latest, or the newest snapshot of each server not after this instant. Default: as the plan says.',
        ),
    }),
    success: { status: 200, description: 'Everything that blocks a start, and a forecast.' },
    problems: [404],
    answer: async (ports, { params, query }) => {
      // Read when the first plan is checked: what asks DRS and SSM would cost every cold start.
      const { answerCheck } = await import('./answer-check.ts');
      const allowDrillOverRecovery = query.allowDrillOverRecovery === 'true';
      const allowReplacing = query.allowReplacing?.split(',') ?? [];
      const acceptWarnings = query.acceptWarnings?.split(',') ?? [];
      const pointInTime = query.pointInTime === undefined ? undefined : pointAt(query.pointInTime);
      const overrides = { allowDrillOverRecovery, allowReplacing, acceptWarnings, pointInTime };
      return answerCheck(ports, { ...params, ...query, ...overrides });
    },
  }),
];
