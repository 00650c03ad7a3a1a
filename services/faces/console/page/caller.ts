import { signal } from '@preact/signals';
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

interface Question {
  /** Empty: anybody with the scope. */
  readonly approvers?: readonly string[];
  /** Who may not answer: whoever asked for it. */
  readonly not?: string;
}

/** Why whoever looks may not approve or decline; empty where they may, or where it is not known. */
export const whyNoApprover = ({ approvers = [], not }: Question): string => {
  const known = caller.value;
  if (known === undefined) return '';
  if (!known.scopes.includes('approver')) return 'Your role does not let you approve.';
  if (not !== undefined && isSame(not, known.by))
    return `You, ${known.by}, requested it: somebody else has to approve.`;
  return approvers.length > 0 && !approvers.includes(known.by)
    ? `You are ${known.by}, and not among them.`
    : '';
};

/** Whether whoever looks may start and decide. */
export const isOperator = (): boolean => caller.value?.scopes.includes('operator') ?? true;
