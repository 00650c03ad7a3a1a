import * as z from 'zod';
import { hexFrom } from '../../identifiers.ts';
import { conflictError, notFoundError, quotaError } from '../errors.ts';
import { answered, listed, operation, type Outcome, refused } from '../outcome.ts';
import { isWait, type RecoveryPlan } from '../recovery-plan.ts';
import { recoveryPlansOf } from '../recovery-plans.ts';
import type { World } from '../world.ts';
import { arnOf, tagsOf } from '../world.ts';
import { paged, tags } from './fields.ts';
import { planFields } from './recovery-plan-fields.ts';

/** DRS: "Recovery plan quotas". */
const plansMax = 1_000;

const planType = 'RECOVERY_PLAN';

export const planArn = (world: World, planID: string): string => arnOf(world, 'recovery-plan', planID);

export const planByArn = (world: World, arn: string): RecoveryPlan | undefined =>
  recoveryPlansOf(world).find(({ planID }) => planArn(world, planID) === arn);

export const missingPlan = (arn: string): Outcome => refused(notFoundError(arn, planType));

export const iso = (at: number): string => new Date(at).toISOString();

const summary = (world: World, plan: RecoveryPlan) => ({
  recoveryPlanArn: planArn(world, plan.planID),
  name: plan.name,
  status: plan.steps.some((step) => !isWait(step)) ? 'ACTIVE' : 'INVALID',
  createdAt: iso(plan.createdAt),
  updatedAt: iso(plan.updatedAt),
});

const render = (world: World, plan: RecoveryPlan) => ({
  ...summary(world, plan),
  ...(plan.description !== undefined && { description: plan.description }),
  tags: tagsOf(world, planArn(world, plan.planID), plan.tags),
});

const isSame = (plan: RecoveryPlan, name: string, description: string | undefined): boolean =>
  plan.name === name && plan.description === description;

/** A repeat under the same token is answered with what the first one made, or refused if it asks for something else. */
const repeated = (
  world: World,
  first: RecoveryPlan,
  name: string,
  description: string | undefined,
): Outcome =>
  isSame(first, name, description)
    ? answered({ recoveryPlan: render(world, first) }, [], 201)
    : refused(conflictError('The client token was used for another plan', first.planID, planType));

const { name, description, clientToken, recoveryPlanArn } = planFields;

export const createRecoveryPlan = operation(
  z.object({
    name,
    description: description.optional(),
    clientToken: clientToken.optional(),
    tags: tags.optional(),
  }),
  (input, world) => {
    const token = input.clientToken === '' ? undefined : input.clientToken;
    const first = recoveryPlansOf(world).find((plan) => token !== undefined && plan.clientToken === token);
    if (first !== undefined) return repeated(world, first, input.name, input.description);
    if (recoveryPlansOf(world).length >= plansMax) return refused(quotaError('recoveryPlans', plansMax));
    const plan: RecoveryPlan = {
      planID: `rp-${hexFrom(world.random, 17)}`,
      ...{ name: input.name, description: input.description, tags: input.tags ?? {}, clientToken: token },
      ...{ createdAt: world.now, updatedAt: world.now, steps: [] },
    };
    return answered({ recoveryPlan: render(world, plan) }, [{ kind: 'RecoveryPlanSaved', plan }], 201);
  },
);

export const listRecoveryPlans = operation(
  z.object({ ...paged, maxResults: z.int().min(1).max(1_000).optional() }),
  (request, world) =>
    listed(
      world,
      recoveryPlansOf(world),
      request,
      ({ planID }) => planID,
      (plan) => summary(world, plan),
      'recoveryPlans',
    ),
);

const onPlan = <S extends z.ZodObject<{ recoveryPlanArn: z.ZodString }>>(
  schema: S,
  run: (input: z.output<S>, plan: RecoveryPlan, world: World) => Outcome,
) =>
  operation(schema, (input, world) => {
    const plan = planByArn(world, input.recoveryPlanArn);
    return plan === undefined ? missingPlan(input.recoveryPlanArn) : run(input, plan, world);
  });

export const getRecoveryPlan = onPlan(z.object({ recoveryPlanArn }), (_, plan, world) =>
  answered({ recoveryPlan: render(world, plan) }),
);

export const updateRecoveryPlan = onPlan(
  z.object({ recoveryPlanArn, name: name.optional(), description: description.optional() }),
  (input, before, world) => {
    const plan: RecoveryPlan = {
      ...before,
      name: input.name ?? before.name,
      description: input.description ?? before.description,
      updatedAt: world.now,
    };
    return answered({ recoveryPlan: render(world, plan) }, [{ kind: 'RecoveryPlanSaved', plan }]);
  },
);

export const deleteRecoveryPlan = onPlan(z.object({ recoveryPlanArn }), (input, { planID }) =>
  answered({ recoveryPlanArn: input.recoveryPlanArn }, [{ kind: 'RecoveryPlanDeleted', planID }]),
);
