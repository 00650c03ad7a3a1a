import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';

/** A target that a plan names and does not define. */
export const targetFaults = (plan: Plan, target: string | undefined, path: string): readonly Fault[] => {
  if (target === undefined || Object.hasOwn(plan.targets, target)) return [];
  const known = Object.keys(plan.targets);
  return [
    {
      path,
      message: `there is no target ${target}`,
      expected: known.length > 0 ? `one of ${known.join(', ')}` : 'a target defined under targets',
    },
  ];
};
