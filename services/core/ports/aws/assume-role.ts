import { setTimeout as sleep } from 'node:timers/promises';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { createSignedCall, type SignedCall, SignedCallError } from './signed-call.ts';
import { readXml, textAt, treesAt } from './xml.ts';

export interface RoleToAssume {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
}

/** Gives temporary credentials of the role; repeats what may pass, as the SDK does. Rejects as STS refuses. */
export type AssumeRole = (role: RoleToAssume) => Promise<AwsCredentialIdentity>;

export interface AssumeRoleDeps {
  readonly call?: SignedCall;
  /** The hub's own credentials. */
  readonly credentials?: AwsCredentialIdentityProvider;
  /** Default: AWS_REGION, which Lambda sets. */
  readonly region?: string | undefined;
}

const triesMax = 3;
const pauseMs = 200;

/** STS has "IDPCommunicationError" and throttling with status 400; whatever else is refused stays refused. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof SignedCallError) ||
  error.$metadata.httpStatusCode >= 500 ||
  /Throttl|IDPCommunication/.test(error.name);

const bodyOf = ({ roleArn, sessionName, externalId }: RoleToAssume): string =>
  new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ...(externalId !== undefined && { ExternalId: externalId }),
  }).toString();

const credentialsIn = (answer: string, roleArn: string): AwsCredentialIdentity => {
  const [given] = treesAt([readXml(answer)], 'AssumeRoleResponse', 'AssumeRoleResult', 'Credentials');
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    'AccessKeyId',
    'SecretAccessKey',
    'SessionToken',
    'Expiration',
  ].map((name) => textAt(given, name));
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw new Error(`STS answered without credentials for ${roleArn}.`);
  return {
    ...{ accessKeyId, secretAccessKey, sessionToken },
    ...(expiration !== undefined && { expiration: new Date(expiration) }),
  };
};

/** STS: AssumeRole, in the hub's own Region. Its SDK client would add 30 KB to each handler that reaches targets. */
export const createAssumeRole =
  ({
    call = createSignedCall(),
    credentials = defaultProvider(),
    region = process.env['AWS_REGION'],
  }: AssumeRoleDeps = {}): AssumeRole =>
  async (role) => {
    // Another Region's STS would do as well, until that Region is the one which is lost.
    if (region === undefined) throw new Error('AWS_REGION does not say in which Region STS is asked.');
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    for (let tryNumber = 1; ; tryNumber++)
      try {
        const request = { service: 'sts', region, credentials: await credentials(), headers };
        return credentialsIn(await call({ ...request, body: bodyOf(role) }), role.roleArn);
      } catch (error) {
        if (tryNumber === triesMax || !mayPass(error)) throw error;
        await sleep(tryNumber * pauseMs);
      }
  };
