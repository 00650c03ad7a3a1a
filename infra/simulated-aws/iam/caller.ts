import { callerOf, type Identity } from '../sts/session.ts';
import type { WireRequest } from '../wire.ts';
import { parsePolicy } from './policy.ts';
import type { Principal } from './principal.ts';

/** An identity as policies speak of it. */
export const principalOf = ({ account, arn, userId, roleArn, policy }: Identity): Principal => {
  if (roleArn === undefined) return { kind: 'user', account, arn, userId };
  return {
    kind: 'session',
    ...{ account, arn, userId, roleArn },
    ...(policy !== undefined && {
      policies: [parsePolicy(JSON.parse(policy), 'session policy', 'identity')],
    }),
  };
};

/** Who sent a request; whoever brings no session is the user of the account. Throws the ServiceError of a bad token. */
export const principalOfRequest = (request: WireRequest, account: string): Principal =>
  principalOf(callerOf(request, account));
