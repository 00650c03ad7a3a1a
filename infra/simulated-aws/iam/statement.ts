import { holds } from './condition.ts';
import { matchesGlob, matchesResource } from './pattern.ts';
import type { Policy, Statement } from './policy.ts';
import { isSpared, type Meant, meant, type Principal } from './principal.ts';
import { expand, type RequestContext } from './request-context.ts';

/** One action on one resource, by somebody. */
export interface AccessRequest {
  readonly principal: Principal;
  /** As `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN; `*` for an action that knows no resources. */
  readonly resource: string;
  readonly context: RequestContext;
}

const meansAction = ({ actions: { not, patterns } }: Statement, action: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, action, 'i')) !== not;

const meansResource = (
  { resources }: Statement,
  { resource, context }: AccessRequest,
  hasVariables: boolean,
): boolean => {
  if (resources === undefined) return true;
  const isNamed = resources.patterns.some((pattern) => {
    const expanded = hasVariables ? expand(pattern, context) : pattern;
    return expanded !== undefined && matchesResource(expanded, resource);
  });
  return isNamed !== resources.not;
};

/** How a statement means the principal; in an identity policy, which names nobody, as itself. */
const meansPrincipal = ({ principals }: Statement, principal: Principal): Meant => {
  if (principals === undefined) return 'principal';
  if (!principals.not) return meant(principals.who, principal);
  return isSpared(principals.who, principal) ? 'none' : 'principal';
};

/** Whether a statement is about an action on a resource, whatever its conditions say. */
export const isAbout = (
  statement: Statement,
  request: AccessRequest,
  { hasVariables }: Pick<Policy, 'hasVariables'>,
): boolean => meansAction(statement, request.action) && meansResource(statement, request, hasVariables);

/** How a statement of a policy applies to a request: not at all, or as strongly as it means the principal. */
export const applies = (
  statement: Statement,
  request: AccessRequest,
  policy: Pick<Policy, 'hasVariables'>,
): Meant =>
  isAbout(statement, request, policy) &&
  statement.conditions.every((condition) => holds(condition, request.context, policy.hasVariables))
    ? meansPrincipal(statement, request.principal)
    : 'none';
