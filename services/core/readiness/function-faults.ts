import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { ownFunctionPrefix } from '../../../contracts/services.ts';
import { usedBy } from '../domain/actions/kinds.ts';
import { placedActions } from '../domain/plan-actions.ts';
import { isAllowed } from './document-faults.ts';

/** A function is somebody's code: only those of the deployment's allow-list may stand in a plan, and never its own. */
export const functionFaults = (plan: Plan, allowed: readonly string[]): readonly Fault[] =>
  placedActions(plan).flatMap(({ action, at }): Fault[] => {
    const [name] = usedBy(action).function?.function.split(':') ?? [];
    if (name === undefined) return [];
    if (name.startsWith(ownFunctionPrefix))
      return [
        {
          path: `${at}.function`,
          message: `${name} may be one of Groundswell's own functions, which no plan may invoke`,
          expected: 'a function of another name',
        },
      ];
    if (isAllowed(name, allowed)) return [];
    return [
      {
        path: `${at}.function`,
        message: `function ${name} is not on the allow-list`,
        expected:
          allowed.length > 0 ? `one of ${allowed.join(', ')}` : 'a function that the deployment allows',
      },
    ];
  });
