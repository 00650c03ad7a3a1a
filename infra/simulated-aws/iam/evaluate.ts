import { partsOfArn } from './pattern.ts';
import type { Policy, Statement } from './policy.ts';
import { type Meant, strongest } from './principal.ts';
import { type AccessRequest, applies } from './statement.ts';

/** Every policy that has a say in a request. */
export interface PoliciesInForce {
  /** Those of the user or the role. */
  readonly identity: readonly Policy[];
  readonly boundary?: Policy | undefined;
  /** Given when the role was assumed; each narrows what the session may do. */
  readonly session?: readonly Policy[];
  /** That of the resource; the trust policy of a role that is assumed. */
  readonly resource?: Policy | undefined;
  /** Trust policies and key policies say alone who comes in: an identity policy of the same account is not enough. */
  readonly isResourceDecisive?: boolean;
}

export type PolicyType =
  'identity-based policy' | 'resource-based policy' | 'session policy' | 'permissions boundary';

/** Which statement of which policy said something. */
export interface Source {
  readonly policy: string;
  readonly statement: string;
}

export type Decision =
  | { readonly allowed: true; readonly by: readonly Source[] }
  | {
      readonly allowed: false;
      readonly isExplicit: boolean;
      /** The type of policy that denied, or that allows nothing. */
      readonly type: PolicyType;
    };

interface Said {
  readonly deny: boolean;
  readonly allow: Meant;
  readonly by: readonly Source[];
}

const saidBy = (policies: readonly Policy[], request: AccessRequest): Said => {
  const found = policies.flatMap((policy) =>
    policy.statements.flatMap((statement: Statement) => {
      const how = applies(statement, request, policy);
      return how === 'none' ? [] : [{ how, effect: statement.effect, policy: policy.name, id: statement.id }];
    }),
  );
  const allowing = found.filter(({ effect }) => effect === 'Allow');
  return {
    deny: found.some(({ effect }) => effect === 'Deny'),
    allow: strongest(allowing.map(({ how }) => how)),
    by: allowing.map(({ policy, id }) => ({ policy, statement: id })),
  };
};

const refused = (type: PolicyType, isExplicit = false): Decision => ({ allowed: false, isExplicit, type });

/** The account that owns the resource; actions that know no resources, and resources of AWS itself, count as one's own. */
const ownerOf = ({ resource, principal }: AccessRequest): string | undefined => {
  const account = partsOfArn(resource)[4];
  if (account !== undefined && /^\d{12}$/.test(account)) return account;
  return principal.kind === 'service' ? undefined : principal.account;
};

interface AllSaid {
  readonly identity: Said;
  readonly resource: Said;
  /** The first of the limits that allows nothing, if there is one. */
  readonly limit: PolicyType | undefined;
}

/** What a principal of the resource's own account may do. */
const withinAccount = ({ identity, resource, limit }: AllSaid, isResourceDecisive: boolean): Decision => {
  if (resource.allow === 'principal') return { allowed: true, by: resource.by };
  const isGranted = resource.allow === 'role' || (identity.allow !== 'none' && !isResourceDecisive);
  const isDelegated = resource.allow === 'account' && identity.allow !== 'none';
  if (!isGranted && !isDelegated)
    return refused(
      isResourceDecisive && resource.allow === 'none' ? 'resource-based policy' : 'identity-based policy',
    );
  if (limit !== undefined) return refused(limit);
  return { allowed: true, by: [...resource.by, ...identity.by] };
};

/** Across accounts both sides must allow it. */
const acrossAccounts = ({ identity, resource, limit }: AllSaid): Decision => {
  if (identity.allow === 'none') return refused('identity-based policy');
  if (resource.allow === 'none') return refused('resource-based policy');
  if (limit !== undefined) return refused(limit);
  return { allowed: true, by: [...resource.by, ...identity.by] };
};

const limitOf = (
  { boundary, session = [] }: PoliciesInForce,
  request: AccessRequest,
): PolicyType | undefined => {
  if (boundary !== undefined && saidBy([boundary], request).allow === 'none') return 'permissions boundary';
  const isNarrowed = session.some((policy) => saidBy([policy], request).allow === 'none');
  return isNarrowed ? 'session policy' : undefined;
};

const denialIn = (policies: PoliciesInForce, request: AccessRequest): Decision | undefined => {
  const { identity, boundary, session = [], resource } = policies;
  const all: readonly (readonly [PolicyType, readonly Policy[]])[] = [
    ['identity-based policy', identity],
    ['resource-based policy', resource === undefined ? [] : [resource]],
    ['session policy', session],
    ['permissions boundary', boundary === undefined ? [] : [boundary]],
  ];
  const found = all.find(([, some]) => saidBy(some, request).deny);
  return found === undefined ? undefined : refused(found[0], true);
};

/**
 * Decides as AWS does: an explicit deny first; then, within an account, what either side allows; across accounts,
 * what both allow. IAM user guide: "Policy evaluation logic". Service control policies are not simulated.
 */
export const decide = (request: AccessRequest, policies: PoliciesInForce): Decision => {
  const denial = denialIn(policies, request);
  if (denial !== undefined) return denial;
  const resource = saidBy(policies.resource === undefined ? [] : [policies.resource], request);
  const { principal } = request;
  if (principal.kind === 'service')
    return resource.allow === 'none' ? refused('resource-based policy') : { allowed: true, by: resource.by };
  const identity = saidBy(policies.identity, request);
  const said = { identity, resource, limit: limitOf(policies, request) };
  return ownerOf(request) === principal.account
    ? withinAccount(said, policies.isResourceDecisive ?? false)
    : acrossAccounts(said);
};
