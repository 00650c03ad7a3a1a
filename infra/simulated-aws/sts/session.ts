import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';
import type { WireRequest } from '../wire.ts';
import { accountOf } from './access-key.ts';

export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** Of a session: the role that was assumed, by its full name, which the session's own ARN does not tell. */
  readonly roleArn?: string | undefined;
  /** Of a session: the policy that was given with it, as JSON. */
  readonly policy?: string | undefined;
  /** Of a session that STS gave: when it ends, epoch ms. */
  readonly expiresAt?: number | undefined;
}

const identity = z.object({
  account: z.string(),
  arn: z.string(),
  userId: z.string(),
  roleArn: z.string().optional(),
  policy: z.string().optional(),
  expiresAt: z.number().optional(),
});

/** The identity that a role gives to a session of this name. */
export const sessionIdentity = (roleArn: string, sessionName: string, policy?: string): Identity => {
  const [, , , , account = '', resource = ''] = roleArn.split(':');
  const role = resource.slice(resource.lastIndexOf('/') + 1);
  const roleId = createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase();
  return {
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`,
    userId: `AROA${roleId}:${sessionName}`,
    roleArn,
    ...(policy !== undefined && { policy }),
  };
};

/** A session token is opaque to whoever holds it; here it says who that is, so that nothing need be kept. */
export const tokenFor = (session: Identity): string =>
  Buffer.from(JSON.stringify(session)).toString('base64');

const decoded = (token: string): unknown => {
  try {
    return JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
};

/** Whether a session token, or none, belongs with an access key: temporary keys have one, and of their account. */
export const isTokenOf = (accessKeyId: string, token: string | undefined): boolean => {
  const account = accountOf(accessKeyId);
  if (token === undefined || account === undefined) return token === undefined && account === undefined;
  return identity.safeParse(decoded(token)).data?.account === account;
};

/** Who sent a request: the session of its token, or the user of the runtime's own account. */
export const callerOf = (request: WireRequest, account: string): Identity => {
  const token = request.headers['x-amz-security-token'];
  if (token === undefined)
    return { account, arn: `arn:aws:iam::${account}:user/local`, userId: 'AIDALOCALUSER00000000' };
  const parsed = identity.safeParse(decoded(token));
  if (!parsed.success)
    throw new ServiceError(
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      403,
    );
  return parsed.data;
};
