import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import type { Target } from '../../../contracts/plan.ts';

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

const assume =
  (sts: STSClient, RoleArn: string, externalId: string | undefined): AwsCredentialIdentityProvider =>
  async () => {
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn,
        RoleSessionName: sessionName(),
        ...(externalId !== undefined && { ExternalId: externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
    if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined)
      throw new Error(`STS answered without credentials for ${RoleArn}.`);
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      ...(Expiration !== undefined && { expiration: Expiration }),
    };
  };

/**
 * The credentials for a target: those of its role, or undefined for the hub's own. The clients that get
 * them keep them until shortly before they expire. Throws an UnreachableTargetError.
 */
export const createTargetCredentials =
  (homeAccount: string, sts: STSClient = new STSClient()) =>
  (target: Target): AwsCredentialIdentityProvider | undefined => {
    if (target.role !== undefined) return assume(sts, target.role, target.externalId);
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
