import type { Access } from './access.ts';
import { type Decision, decide } from './evaluate.ts';
import type { DeployedRole } from './deployment.ts';
import { parsePolicy, type Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import { contextOf, type ContextValues } from './request-context.ts';

/** A decision with what it was about, for whoever keeps account of what is used. */
export interface Judged {
  readonly principal: Principal;
  readonly access: Access;
  /** What the call, and the way it came, say of themselves. */
  readonly context: ContextValues;
  readonly decision: Decision;
}

export interface AuthorityOptions {
  /** Undefined: nobody deployed any, and each role may do everything. */
  readonly roles: readonly DeployedRole[] | undefined;
  /** The policy of a queue, topic, bus or function. */
  readonly resourcePolicy: (arn: string) => Policy | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onJudged?: ((judged: Judged) => void) | undefined;
}

export interface Authority {
  readonly roles: readonly DeployedRole[];
  /** Decides one access. */
  judge(principal: Principal, access: Access, context?: ContextValues): Decision;
}

/** Users here are those of this machine. */
export const administrator = parsePolicy(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  'AdministratorAccess',
  'identity',
);

/** IAM user guide: "AWS global condition context keys". */
const globalContext = (principal: Principal, resource: string, now: number): ContextValues => {
  const time = {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:SecureTransport': true,
    'aws:ResourceAccount': /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1],
  };
  if (principal.kind === 'service')
    return { ...time, 'aws:PrincipalIsAWSService': true, 'aws:PrincipalServiceName': principal.name };
  const isSession = principal.kind === 'session';
  return {
    ...time,
    'aws:PrincipalArn': isSession ? principal.roleArn : principal.arn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalType': isSession ? 'AssumedRole' : 'User',
    'aws:PrincipalIsAWSService': false,
    'aws:ViaAWSService': false,
    'aws:userid': principal.userId,
    ...(!isSession && { 'aws:username': principal.arn.replace(/^.*\//, '') }),
  };
};

/** Decides with the policies of all roles and resources. A role that nobody deployed may do nothing. */
export const createAuthority = (options: AuthorityOptions): Authority => {
  const { roles = [], resourcePolicy, now, onJudged } = options;
  const isOpen = options.roles === undefined;
  const byArn = new Map(roles.map((role) => [role.arn, role]));
  const identityOf = (principal: Principal): Pick<DeployedRole, 'policies' | 'boundary'> => {
    if (principal.kind === 'user' || isOpen) return { policies: [administrator] };
    const role = principal.kind === 'session' ? byArn.get(principal.roleArn) : undefined;
    return role ?? { policies: [] };
  };
  return {
    roles,
    judge(principal, access, given = {}) {
      const { action, resource } = access;
      const context = contextOf(globalContext(principal, resource, now()), access.context ?? {}, given);
      const { policies, boundary } = identityOf(principal);
      const isAssuming = action === 'sts:AssumeRole';
      const decision = decide(
        { principal, action, resource, context },
        {
          identity: policies,
          boundary,
          session: principal.kind === 'session' ? (principal.policies ?? []) : [],
          resource: isAssuming ? byArn.get(resource)?.trust : resourcePolicy(resource),
          isResourceDecisive: isAssuming,
        },
      );
      onJudged?.({ principal, access, context: given, decision });
      return decision;
    },
  };
};
