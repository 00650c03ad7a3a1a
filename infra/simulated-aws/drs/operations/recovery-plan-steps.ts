import * as z from 'zod';
import { hexFrom } from '../../identifiers.ts';
import { conflictError, notFoundError, quotaError, validationError } from '../errors.ts';
import { answered, listed, operation, type Outcome, refused } from '../outcome.ts';
import { isWait, type RecoveryPlan, type RecoveryPlanStep, serverArnsOf } from '../recovery-plan.ts';
import { recoveryPlansOf } from '../recovery-plans.ts';
import type { DrsRecord } from '../state.ts';
import type { World } from '../world.ts';
import { allServers, arnOf } from '../world.ts';
import { paged } from './fields.ts';
import { planFields } from './recovery-plan-fields.ts';
import { iso, missingPlan, planArn, planByArn } from './recovery-plans.ts';

/** DRS: "Recovery plan quotas". */
const stepsMax = 20;
const serversMax = 100;

const stepType = 'RECOVERY_PLAN_STEP';

const stepArn = (world: World, plan: RecoveryPlan, { stepID }: RecoveryPlanStep): string =>
  `${planArn(world, plan.planID)}/step/${stepID}`;

const render = (world: World, plan: RecoveryPlan, step: RecoveryPlanStep) => ({
  recoveryPlanStepArn: stepArn(world, plan, step),
  stepOrder: plan.steps.findIndex(({ stepID }) => stepID === step.stepID) + 1,
  stepName: step.stepName,
  configuration: step.configuration,
  createdAt: iso(step.createdAt),
  updatedAt: iso(step.updatedAt),
});

const invalid = (field: string, message: string): Outcome =>
  refused(validationError([{ name: field, message }]));

/** What DRS would not keep: a wait in front, a server twice or of another place, more steps or servers than it takes. */
const refusalOf = (world: World, { steps }: RecoveryPlan): Outcome | undefined => {
  const arns = steps.flatMap(({ configuration }) => serverArnsOf(configuration));
  const known = new Set(allServers(world).map(({ sourceServerID: id }) => arnOf(world, 'source-server', id)));
  const unknown = arns.find((arn) => !known.has(arn));
  const twice = arns.find((arn, at) => arns.indexOf(arn) !== at);
  if (steps.length > stepsMax) return refused(quotaError('stepsPerPlan', stepsMax));
  if (arns.length > serversMax) return refused(quotaError('serversPerPlan', serversMax));
  if (steps[0] !== undefined && isWait(steps[0]))
    return invalid('stepOrder', 'A wait cannot be the first step');
  if (unknown !== undefined) return refused(notFoundError(unknown, 'SOURCE_SERVER'));
  return twice === undefined ? undefined : invalid('configuration', `${twice} is in the plan already`);
};

const saved = (plan: RecoveryPlan): readonly DrsRecord[] => [{ kind: 'RecoveryPlanSaved', plan }];

/** The plan with other steps, if DRS would keep it so. */
const withSteps = (
  world: World,
  before: RecoveryPlan,
  steps: readonly RecoveryPlanStep[],
  answer: (plan: RecoveryPlan) => Outcome,
): Outcome => {
  const plan = { ...before, steps, updatedAt: world.now };
  return refusalOf(world, plan) ?? answer(plan);
};

const { recoveryPlanArn, recoveryPlanStepArn, stepName, stepOrder, configuration, clientToken } = planFields;

export const createRecoveryPlanStep = operation(
  z.object({
    ...{ recoveryPlanArn, stepName, configuration },
    stepOrder: stepOrder.optional(),
    clientToken: clientToken.optional(),
  }),
  (input, world) => {
    const before = planByArn(world, input.recoveryPlanArn);
    if (before === undefined) return missingPlan(input.recoveryPlanArn);
    const token = input.clientToken === '' ? undefined : input.clientToken;
    const first = before.steps.find((step) => token !== undefined && step.clientToken === token);
    if (first !== undefined) {
      const isSame =
        first.stepName === input.stepName &&
        JSON.stringify(first.configuration) === JSON.stringify(input.configuration);
      return isSame
        ? answered({ recoveryPlanStep: render(world, before, first) }, [], 201)
        : refused(conflictError('The client token was used for another step', first.stepID, stepType));
    }
    const at = (input.stepOrder ?? before.steps.length + 1) - 1;
    if (at > before.steps.length) return invalid('stepOrder', `The plan has ${before.steps.length} steps`);
    const step: RecoveryPlanStep = {
      stepID: `rps-${hexFrom(world.random, 17)}`,
      ...{ stepName: input.stepName, configuration: input.configuration, clientToken: token },
      ...{ createdAt: world.now, updatedAt: world.now },
    };
    return withSteps(world, before, before.steps.toSpliced(at, 0, step), (plan) =>
      answered({ recoveryPlanStep: render(world, plan, step) }, saved(plan), 201),
    );
  },
);

export const listRecoveryPlanSteps = operation(
  z.object({ ...paged, maxResults: z.int().min(1).max(1_000).optional(), recoveryPlanArn }),
  ({ recoveryPlanArn: arn, ...request }, world) => {
    const plan = planByArn(world, arn);
    if (plan === undefined) return missingPlan(arn);
    return listed(
      world,
      plan.steps,
      request,
      ({ stepID }) => stepID,
      (step) => render(world, plan, step),
      'recoveryPlanSteps',
    );
  },
);

const onStep = <S extends z.ZodObject<{ recoveryPlanStepArn: z.ZodString }>>(
  schema: S,
  run: (input: z.output<S>, step: RecoveryPlanStep, plan: RecoveryPlan, world: World) => Outcome,
) =>
  operation(schema, (input, world) => {
    for (const plan of recoveryPlansOf(world)) {
      const step = plan.steps.find((each) => stepArn(world, plan, each) === input.recoveryPlanStepArn);
      if (step !== undefined) return run(input, step, plan, world);
    }
    return refused(notFoundError(input.recoveryPlanStepArn, stepType));
  });

export const getRecoveryPlanStep = onStep(z.object({ recoveryPlanStepArn }), (_, step, plan, world) =>
  answered({ recoveryPlanStep: render(world, plan, step) }),
);

/** The type of a step stays what it is. */
export const updateRecoveryPlanStep = onStep(
  z.object({
    recoveryPlanStepArn,
    stepName: stepName.optional(),
    configuration: configuration.optional(),
  }),
  (input, before, plan, world) => {
    const step: RecoveryPlanStep = {
      ...before,
      stepName: input.stepName ?? before.stepName,
      configuration: input.configuration ?? before.configuration,
      updatedAt: world.now,
    };
    if (isWait(step) !== isWait(before))
      return invalid('configuration', 'The type of a step cannot be changed');
    const steps = plan.steps.map((each) => (each.stepID === step.stepID ? step : each));
    return withSteps(world, plan, steps, (after) =>
      answered({ recoveryPlanStep: render(world, after, step) }, saved(after)),
    );
  },
);

export const deleteRecoveryPlanStep = onStep(
  z.object({ recoveryPlanStepArn }),
  (input, { stepID }, plan, world) =>
    withSteps(
      world,
      plan,
      plan.steps.filter((step) => step.stepID !== stepID),
      (after) => answered({ recoveryPlanStepArn: input.recoveryPlanStepArn }, saved(after)),
    ),
);

/** Takes the complete list of the plan's steps. */
export const reorderRecoveryPlanSteps = operation(
  z.object({ recoveryPlanArn, orderedStepArns: planFields.orderedStepArns }),
  ({ recoveryPlanArn: arn, orderedStepArns }, world) => {
    const before = planByArn(world, arn);
    if (before === undefined) return missingPlan(arn);
    const steps = orderedStepArns.flatMap(
      (each) => before.steps.find((step) => stepArn(world, before, step) === each) ?? [],
    );
    const isWhole =
      orderedStepArns.length === before.steps.length && new Set(steps).size === before.steps.length;
    if (!isWhole) return invalid('orderedStepArns', "Must be each of the plan's steps, once");
    return withSteps(world, before, steps, (plan) =>
      answered({ recoveryPlanSteps: plan.steps.map((step) => render(world, plan, step)) }, saved(plan)),
    );
  },
);
