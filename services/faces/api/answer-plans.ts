import type { Permission } from '../../../contracts/access.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { planFaults } from '../../core/domain/plan-faults.ts';
import { planVersionKey, type PlanVersion } from '../../core/domain/plan-version.ts';
import { getPlan, listPlans, putPlan, putPlanAfter } from '../../core/streams/plan-store.ts';
import { planNotFound, problem } from './problem.ts';
import type { Answer, ApiPorts, Asked } from './route.ts';

/** What access rules let the caller do with it stands beside a plan. */
const told = (stored: PlanVersion, may: readonly Permission[] | undefined) => ({
  ...stored,
  ...(may !== undefined && { may }),
});

export const getPlans = async ({ store }: ApiPorts, mayWith: Asked['mayWith']): Promise<Answer> => {
  const plans = await listPlans(store);
  return {
    status: 200,
    body: { plans: plans.map((stored) => told(stored, mayWith?.(stored.plan.tags ?? {}))) },
  };
};

/** A record holds 400 KB, and JSON with every default written out is longer than what DynamoDB counts. */
const planBytesMax = 360_000;

const sizeFaults = (plan: Plan): readonly Fault[] => {
  const bytes = Buffer.byteLength(JSON.stringify(plan));
  if (bytes <= planBytesMax) return [];
  return [
    {
      path: '',
      message: `takes ${bytes} bytes with its defaults`,
      expected: `at most ${planBytesMax} bytes`,
    },
  ];
};

/** Stores a plan as its next version; what is wrong with its graph is refused as a whole. */
export const storePlan = async (
  { store, clock }: ApiPorts,
  planId: string,
  plan: Plan,
  { may, judgedVersion }: Pick<Asked, 'may' | 'judgedVersion'>,
): Promise<Answer> => {
  const named =
    plan.planId === planId
      ? []
      : [{ path: 'planId', message: `is ${plan.planId}`, expected: `${planId}, as in the address` }];
  const faults = [...named, ...sizeFaults(plan), ...planFaults(plan)];
  if (faults.length > 0) return problem(400, 'The plan cannot be run.', faults);
  const before = await getPlan(store, planId);
  const storedAt = new Date(clock.now()).toISOString();
  const stored =
    judgedVersion === undefined
      ? await putPlan(store, plan, storedAt)
      : await putPlanAfter(store, plan, storedAt, judgedVersion);
  if (stored === 'moved')
    return problem(409, `Somebody has stored another version of ${planId} meanwhile. Read it and try again.`);
  return { status: before?.version === stored.version ? 200 : 201, body: told(stored, may) };
};

export const readPlan = async (
  { store }: ApiPorts,
  planId: string,
  version: number | undefined,
  may: Asked['may'],
): Promise<Answer> => {
  const stored = await getPlan(store, planId, version);
  return stored === undefined ? planNotFound(planId, version) : { status: 200, body: told(stored, may) };
};

export const readPlanVersions = async ({ store }: ApiPorts, planId: string): Promise<Answer> => {
  const newest = await getPlan(store, planId);
  if (newest === undefined) return planNotFound(planId);
  const numbers = Array.from({ length: newest.version }, (_, index) => newest.version - index);
  const read = await Promise.all(
    numbers.map((version) => store.read<PlanVersion>(planVersionKey(planId, version))),
  );
  const versions = read.flatMap((record) => {
    if (record === undefined) return [];
    const { version, hash, storedAt } = record.body;
    return [{ planId, version, hash, storedAt }];
  });
  return { status: 200, body: { versions } };
};
