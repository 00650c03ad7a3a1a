import { type Decision, decide } from './evaluate.ts';
import type { Policy, Statement } from './policy.ts';
import type { Principal } from './principal.ts';
import { contextOf, type ContextValues } from './request-context.ts';
import { type AccessRequest, applies, isAbout } from './statement.ts';

/** What a role or a user is allowed by its own policies. */
export interface Entity {
  readonly principal: Principal;
  readonly policies: readonly Policy[];
  readonly boundary?: Policy | undefined;
}

export type EvalDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/** What would come of one action on one resource. */
export interface Evaluation {
  readonly resource: string;
  readonly decision: EvalDecision;
  /** The policies whose statements decide it: those that deny, or else those that allow. */
  readonly matched: readonly string[];
  /** Condition keys on which it depends, and that nobody gave. */
  readonly missing: readonly string[];
  /** Undefined where there is no boundary. */
  readonly isWithinBoundary: boolean | undefined;
}

const decisionOf = (decision: Decision): EvalDecision => {
  if (decision.allowed) return 'allowed';
  return decision.isExplicit ? 'explicitDeny' : 'implicitDeny';
};

const statementsOf = (
  policies: readonly Policy[],
  isMeant: (statement: Statement, policy: Policy) => boolean,
): readonly { readonly policy: string; readonly statement: Statement }[] =>
  policies.flatMap((policy) =>
    policy.statements
      .filter((statement) => isMeant(statement, policy))
      .map((statement) => ({ policy: policy.name, statement })),
  );

const matchedIn = (policies: readonly Policy[], request: AccessRequest): readonly string[] => {
  const matching = statementsOf(
    policies,
    (statement, policy) => applies(statement, request, policy) !== 'none',
  );
  const denying = matching.filter(({ statement }) => statement.effect === 'Deny');
  return (denying.length > 0 ? denying : matching).map(({ policy }) => policy);
};

const missingIn = (policies: readonly Policy[], request: AccessRequest): readonly string[] => {
  const about = statementsOf(policies, (statement, policy) => isAbout(statement, request, policy));
  const keys = about.flatMap(({ statement }) => statement.conditions.map(({ key }) => key));
  return [...new Set(keys)].filter((key) => request.context.get(key) === undefined);
};

const isAllowedBy = (policy: Policy, request: AccessRequest): boolean => {
  const effects = policy.statements
    .filter((statement) => applies(statement, request, policy) !== 'none')
    .map(({ effect }) => effect);
  return effects.includes('Allow') && !effects.includes('Deny');
};

/**
 * What IAM's simulator says of one action on one resource: by the entity's own policies and its boundary alone, with
 * the context that is given and no other. Policies of resources are not asked.
 */
export const simulateAccess = (
  { principal, policies, boundary }: Entity,
  action: string,
  resource: string,
  given: ContextValues,
): Evaluation => {
  const request: AccessRequest = { principal, action, resource, context: contextOf(given) };
  const all = boundary === undefined ? policies : [...policies, boundary];
  return {
    resource,
    decision: decisionOf(decide(request, { identity: policies, boundary })),
    matched: matchedIn(policies, request),
    missing: missingIn(all, request),
    isWithinBoundary: boundary && isAllowedBy(boundary, request),
  };
};

const worst: readonly EvalDecision[] = ['explicitDeny', 'implicitDeny', 'allowed'];

/** An action is allowed where it is on every resource that was asked about. */
export const decisionOnAll = (evaluations: readonly Evaluation[]): EvalDecision =>
  worst.find((each) => evaluations.some(({ decision }) => decision === each)) ?? 'allowed';
