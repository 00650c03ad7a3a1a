import type { ImportKind } from '../context.ts';
import { drsPlans } from './drs-plans.ts';
import { orchestrator } from './orchestrator.ts';
import { orchestratorItems } from './orchestrator-items.ts';
import { planAutomation } from './plan-automation.ts';
import { hasAny, hasLists, isList, memberOf } from './recognise.ts';
import { regionSwitch } from './region-switch.ts';
import { siteRecovery } from './site-recovery.ts';

/** Every kind that can be imported; the first that recognises a file has it. */
export const importKinds: readonly ImportKind[] = [
  orchestrator,
  planAutomation,
  drsPlans,
  siteRecovery,
  regionSwitch,
  orchestratorItems,
];

export const kindNames: readonly string[] = importKinds.map(({ name }) => name);

interface Relative {
  readonly isIt: (value: unknown) => boolean;
  /** What it is, and where the plan is to be had. */
  readonly why: string;
}

/** Files that stand near a plan in the tools that are known, and are none. */
const relatives: readonly Relative[] = [
  {
    isIt: (value) =>
      hasAny(value, 'executionId', 'ExecutionId') && hasAny(value, 'waves', 'Waves', 'WaveStatus'),
    why: 'is the record of an execution, and no plan: import the plan that it ran',
  },
  {
    isIt: (value) =>
      hasAny(value, 'PlanId', 'planId') && hasAny(value, 'ExecutionType', 'executionType', 'InitiatedBy'),
    why: 'asks for an execution, and is no plan: groundswell request does that',
  },
  {
    isIt: (value) => hasAny(value, 'IsDrill') && hasLists('Applications')(value),
    why: 'asks drs-plan-automation for an execution, and is no plan: import the application',
  },
  {
    isIt: hasLists('protectionGroups'),
    why: 'holds protection groups without recoveryPlans: export both together',
  },
  {
    isIt: (value) => !hasAny(value, 'Waves') && hasLists('ServerIds')(value),
    why: 'is a protection group, and no plan: give its plan, and the group in the same list or as groups: in --map',
  },
  {
    isIt: (value) => {
      const plans = memberOf(value, 'recoveryPlans');
      return isList(plans) && plans.some((plan) => hasAny(plan, 'recoveryPlanArn'));
    },
    why: 'is the answer of ListRecoveryPlans, which has no steps: groundswell plan import --from drs reads them from the service',
  },
  {
    isIt: (value) => hasAny(value, 'recoveryPlan') || hasLists('recoveryPlanSteps')(value),
    why: 'is one half of a recovery plan of DRS: put recoveryPlan (GetRecoveryPlan) and recoveryPlanSteps (ListRecoveryPlanSteps) into one object',
  },
  {
    isIt: (value) => hasAny(value, 'protection_groups', 'recovery_settings', 'VmRecoverySettings'),
    why: 'looks like Site Recovery Manager, which has no export of plans that could be read',
  },
  {
    isIt: (value) => hasLists('waves')(value) && hasAny(value, 'planId'),
    why: 'is a plan of Groundswell already: groundswell plan put stores it',
  },
];

export type Recognised =
  { readonly kind: ImportKind } | { readonly message: string; readonly expected?: string };

const known = importKinds.map(({ title }) => title).join('; ');

/** The kind of a file, by its content or as it was asked for. */
export const recognise = (value: unknown, asked: string | undefined): Recognised => {
  const kind = importKinds.find((each) => (asked === undefined || each.name === asked) && each.isIt(value));
  if (kind !== undefined) return { kind };
  const other = importKinds.find((each) => each.isIt(value));
  if (asked !== undefined && other !== undefined)
    return {
      message: `is ${other.title}, and not what --from ${asked} asks for`,
      expected: `--from ${other.name}`,
    };
  const relative = relatives.find(({ isIt }) => isIt(value));
  return relative === undefined
    ? { message: 'is nothing that can be imported', expected: known }
    : { message: relative.why };
};
