import type { StartAnswer } from '../recovery-service.ts';

interface Failure {
  readonly name: string;
  readonly message: string;
  readonly httpStatus: number | undefined;
}

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: '', message: String(error), httpStatus: undefined };
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  const { name, message } = error;
  return { name, message, httpStatus: typeof status === 'number' ? status : undefined };
};

const neverSucceeds =
  /^(Validation|AccessDenied|UninitializedAccount|ResourceNotFound|UnrecognizedClient|UnreachableTarget)/;

/** Throttling often comes with status 400, and credentials that have just expired do not make a request wrong. */
const passes = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|Expired|TimeTooSkewed|RequestTimeout/;

const isRefusedStatus = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;

/**
 * What is known of the effect of a StartRecovery that failed. Only an answer that names its reason proves that
 * nothing was started: DRS may throttle or fail a call whose job it made all the same.
 */
export const answerOfFailure = (error: unknown): Exclude<StartAnswer, { readonly status: 'accepted' }> => {
  const { name, message, httpStatus } = failureOf(error);
  const text = `${name}: ${message}`;
  if (name === 'ConflictException') return { status: 'conflict', message: text };
  if (name === 'ServiceQuotaExceededException') return { status: 'quota', message: text };
  if (passes.test(name)) return { status: 'unknown', message: text };
  if (neverSucceeds.test(name) || isRefusedStatus(httpStatus)) return { status: 'invalid', message: text };
  return { status: 'unknown', message: text };
};
