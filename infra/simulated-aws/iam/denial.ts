import type { Decision } from './evaluate.ts';
import type { AccessRequest } from './statement.ts';

type Denial = Extract<Decision, { readonly allowed: false }>;

const reasonOf = ({ isExplicit, type }: Denial, action: string): string =>
  isExplicit
    ? `with an explicit deny in ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
    : `because no ${type} allows the ${action} action`;

/** IAM user guide, "Troubleshoot access denied error messages"; `action` as the service itself writes it. */
export const denialMessage = (
  { principal, resource }: AccessRequest,
  denial: Denial,
  action: string,
): string => {
  const who = principal.kind === 'service' ? principal.name : principal.arn;
  const what = `User: ${who} is not authorized to perform: ${action}`;
  // STS does not tell a stranger why a role does not let it in.
  if (action === 'sts:AssumeRole' && !denial.isExplicit) return `${what} on resource: ${resource}`;
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  return `${what}${on} ${reasonOf(denial, action)}`;
};
