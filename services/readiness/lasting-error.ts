/** Errors that asking again does not mend: what a check is there to find, before a disaster finds it. */
const lasting =
  /^(AccessDenied|Unauthorized|AuthFailure|OptInRequired|UnreachableTarget|UninitializedAccount|UnrecognizedClient|InvalidClientTokenId)/;

export const isLasting = (error: unknown): error is Error =>
  error instanceof Error && lasting.test(error.name);

export const reasonOf = ({ name, message }: Error): string => `${name}: ${message}`;
