import { signal } from '@preact/signals';
import type { Permission } from '../../../../contracts/access.ts';
import type { CallerAnswer } from '../../../../contracts/api.ts';
import { get } from './api.ts';

/** Who looks at the page, and what the token lets them do; undefined until it is known. */
export const caller = signal<CallerAnswer | undefined>(undefined);

export const readCaller = (): void => {
  get<CallerAnswer>('/caller').then(
    (answer) => (caller.value = answer),
    // Then every decision is offered, and the API has the last word.
    () => undefined,
  );
};

const isSame = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Something with what access rules let whoever looks do with it; without rules, scopes alone decide. */
interface Ruled {
  readonly may?: readonly Permission[] | undefined;
}

const isAllowed = (
  scope: CallerAnswer['scopes'][number],
  permission: Permission,
  may: readonly Permission[] | undefined,
): boolean => (caller.value?.scopes.includes(scope) ?? true) && (may?.includes(permission) ?? true);

/** Whether whoever looks may start executions of a plan. */
export const mayRun = ({ may }: Ruled): boolean => isAllowed('operator', 'run', may);
/** Whether whoever looks may decide on an execution. */
export const mayDecide = ({ may }: Ruled): boolean => isAllowed('operator', 'decide', may);
/** Whether whoever looks may store versions of a plan. */
export const mayEdit = ({ may }: Ruled): boolean => isAllowed('planner', 'edit', may);
/** Whether there may be a plan that whoever looks may store, under whichever tags. */
export const mayEditSome = (): boolean => mayEdit({ may: caller.value?.may });

/** Which of these access rules withhold, as a sentence; empty where they withhold none. */
export const withheldText = ({ may }: Ruled, wanted: readonly Permission[], what: string): string => {
  const withheld = may === undefined ? [] : wanted.filter((permission) => !may.includes(permission));
  return withheld.length === 0
    ? ''
    : `Access rules of this deployment do not give you ${withheld.join(', ')} on ${what}.`;
};

interface Question extends Ruled {
  /** Empty: anybody with the scope. */
  readonly approvers?: readonly string[];
  /** Who may not answer: whoever asked for it. */
  readonly not?: string;
}

/** Why whoever looks may not approve or decline; empty where they may, or where it is not known. */
export const whyNoApprover = ({ approvers = [], not, may }: Question): string => {
  const known = caller.value;
  if (known === undefined) return '';
  if (!known.scopes.includes('approver')) return 'Your role does not let you approve.';
  const withheld = withheldText({ may }, ['approve'], 'this plan');
  if (withheld !== '') return withheld;
  if (not !== undefined && isSame(not, known.by))
    return `You, ${known.by}, requested it: somebody else has to approve.`;
  return approvers.length > 0 && !approvers.includes(known.by)
    ? `You are ${known.by}, and not among them.`
    : '';
};
