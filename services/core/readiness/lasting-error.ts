import type { Fault } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';

/** Errors that asking again does not fix: what a check is there to find, before a disaster finds it. */
const lasting =
  /^(AccessDenied|Unauthorized|AuthFailure|OptInRequired|UnreachableTarget|UninitializedAccount|UnrecognizedClient|InvalidClientTokenId)/;

export const isLasting = (error: unknown): error is Error =>
  error instanceof Error && lasting.test(error.name);

export const reasonOf = ({ name, message }: Error): string => `${name}: ${message}`;

/** That a target cannot be read, beside all other faults; what asking again may fix is thrown. */
export const unreadable = ({ account, region }: Target, error: unknown): Fault => {
  if (!isLasting(error)) throw error;
  return {
    path: 'targets',
    message: `${account}/${region} cannot be read: ${reasonOf(error)}`,
    expected: 'a role that may be assumed, and AWS Elastic Disaster Recovery initialised there',
  };
};
