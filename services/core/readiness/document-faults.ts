import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { usedBy } from '../domain/actions/kinds.ts';
import { placedActions } from '../domain/plan-actions.ts';

export const isAllowed = (document: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) =>
    entry.endsWith('*') ? document.startsWith(entry.slice(0, -1)) : document === entry,
  );

/** A runbook is remote code: only those of the deployment's allow-list may stand in a plan. */
export const documentFaults = (plan: Plan, allowed: readonly string[]): readonly Fault[] =>
  placedActions(plan).flatMap(({ action, at }): Fault[] => {
    const document = usedBy(action).runbook?.document;
    if (document === undefined || isAllowed(document, allowed)) return [];
    return [
      {
        path: `${at}.document`,
        message: `document ${document} is not on the allow-list`,
        expected:
          allowed.length > 0 ? `one of ${allowed.join(', ')}` : 'a document that the deployment allows',
      },
    ];
  });
