import type { Access } from './access.ts';
import { type Authority, createAuthority, type Judged } from './authority.ts';
import { principalOf } from './caller.ts';
import { denialMessage } from './denial.ts';
import { type DeployedFunction, type Deployment, joined } from './deployment.ts';
import { parsePolicy, type Policy } from './policy.ts';
import type { Principal } from './principal.ts';
import { contextOf, type ContextValues } from './request-context.ts';
import { sessionIdentity, type Identity } from '../sts/session.ts';

/** What templates say of permissions, and who is called with each decision. */
export interface IamOptions {
  readonly deployment: Deployment;
  readonly onJudged?: (judged: Judged) => void;
}

export interface EnforcementOptions extends Partial<IamOptions> {
  readonly now: () => number;
  readonly account: string;
  /** The statements that a resource was given over the wire, beside those of its template. */
  readonly ownStatements: (arn: string) => readonly unknown[];
}

export interface Enforcement {
  readonly deployment: Deployment;
  readonly authority: Authority;
  /** Why an access is refused; nothing for one that is allowed. */
  refusal(principal: Principal, access: Access, context?: ContextValues): string | undefined;
  /** The function of the deployment; nothing for one that its settings leave out. */
  functionNamed(name: string): DeployedFunction | undefined;
  /** Whom a function runs as, in a session with the function's name. */
  identityOf(fn: DeployedFunction): Identity;
}

export const service = (name: string): Principal => ({ kind: 'service', name: `${name}.amazonaws.com` });

/** What nobody could have stored as a policy says nothing. */
const readable = (arn: string, statements: readonly unknown[]): Policy | undefined => {
  try {
    return parsePolicy({ Version: '2012-10-17', Statement: statements }, arn, 'resource');
  } catch {
    return undefined;
  }
};

/** Without a deployment each role and user may do everything that is their own account's. */
export const createEnforcement = (options: EnforcementOptions): Enforcement => {
  const { deployment = joined([]), account, ownStatements } = options;
  const resourcePolicy = (arn: string): Policy | undefined => {
    const deployed = deployment.resourcePolicies.get(arn);
    const statements = ownStatements(arn);
    const given = statements.length === 0 ? undefined : readable(arn, statements);
    if (deployed === undefined || given === undefined) return deployed ?? given;
    return { ...deployed, statements: [...deployed.statements, ...given.statements] };
  };
  const authority = createAuthority({
    roles: options.deployment?.roles,
    resourcePolicy,
    now: options.now,
    onJudged: options.onJudged,
  });
  const byName = new Map(
    deployment.functions.filter((fn) => fn.account === account).map((fn) => [fn.name, fn]),
  );
  return {
    deployment,
    authority,
    refusal(principal, access, context) {
      const decision = authority.judge(principal, access, context);
      if (decision.allowed) return undefined;
      return denialMessage({ ...access, principal, context: contextOf() }, decision, access.action);
    },
    functionNamed: (name) => byName.get(name),
    identityOf: ({ roleArn, name }) => sessionIdentity(roleArn, name),
  };
};

/** The session in which a function calls. */
export const sessionOf = (enforcement: Enforcement, fn: DeployedFunction): Principal =>
  principalOf(enforcement.identityOf(fn));
