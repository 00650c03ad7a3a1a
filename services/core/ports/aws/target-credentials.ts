import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { Target } from '../../../../contracts/plan.ts';
import { type AssumeRole, createAssumeRole } from './assume-role.ts';

/** A target that cannot be reached as the plan has it: no call was made, and none would ever succeed. */
export class UnreachableTargetError extends Error {
  constructor({ account, region }: Target) {
    super(`The target ${account}/${region} is another account, and names no role to assume there.`);
    this.name = 'UnreachableTargetError';
  }
}

/** Targets that are reached by the same means have the same key. */
export const targetKey = ({ account, region, role = '', externalId = '' }: Target): string =>
  [account, region, role, externalId].join(' ');

/** A target's role gives each function its own duties by the name of its session: only one may start recoveries. */
const sessionName = (): string => process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? 'groundswell';

/**
 * The credentials for a target: those of its role, or undefined for the hub's own. The clients that get
 * them keep them until shortly before they expire. Throws an UnreachableTargetError.
 */
export const createTargetCredentials =
  (homeAccount: string, assumeRole: AssumeRole = createAssumeRole()) =>
  (target: Target): AwsCredentialIdentityProvider | undefined => {
    const { role, externalId } = target;
    if (role !== undefined)
      return () => assumeRole({ roleArn: role, sessionName: sessionName(), externalId });
    if (target.account !== homeAccount) throw new UnreachableTargetError(target);
    return undefined;
  };

export type TargetCredentials = ReturnType<typeof createTargetCredentials>;

/** Makes clients for a target once, so that their connections and credentials are used again. */
export const cachedByTarget = <C>(make: (target: Target) => C): ((target: Target) => C) => {
  const made = new Map<string, C>();
  return (target) => {
    const key = targetKey(target);
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(target);
    made.set(key, fresh);
    return fresh;
  };
};
