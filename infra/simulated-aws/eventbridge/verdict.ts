import type { Random } from '../identifiers.ts';
import type { Delivery, DeliveryFailure } from './delivery.ts';
import type { DeadLetter, DeliveryResult } from './delivery-target.ts';
import { backoffMs } from './retry.ts';

/** What follows from an attempt to deliver. */
export type Verdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly dueAt: number; readonly failure: DeliveryFailure }
  | {
      readonly kind: 'give-up';
      readonly failure: DeliveryFailure;
      /** Which bound of the retry policy was met; absent for a failure that is never retried. */
      readonly exhausted?: 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';
    };

/** Decides between done, another attempt and giving up, within the delivery's retry policy. */
export const verdictOn = (
  delivery: Delivery,
  result: DeliveryResult,
  nowMs: number,
  random: Random,
): Verdict => {
  if (result.status === 'accepted') return { kind: 'done' };
  const failure = { errorCode: result.errorCode, message: result.message };
  if (result.status === 'permanent') return { kind: 'give-up', failure };
  const { retriesMax, ageMaxMs } = delivery.retryPolicy;
  if (delivery.retries >= retriesMax) return { kind: 'give-up', failure, exhausted: 'MaximumRetryAttempts' };
  // EventBridge waits for the longer of the two.
  const dueAt = nowMs + Math.max(backoffMs(delivery.retries + 1, random), result.retryAfterMs ?? 0);
  return dueAt - delivery.acceptedAt > ageMaxMs
    ? { kind: 'give-up', failure, exhausted: 'MaximumEventAgeInSeconds' }
    : { kind: 'retry', dueAt, failure };
};

/** The message for the dead-letter queue ("Using dead-letter queues to process undelivered events", user guide). */
export const deadLetterOf = (
  delivery: Delivery,
  event: string,
  { failure, exhausted }: Extract<Verdict, { kind: 'give-up' }>,
): DeadLetter => ({
  body: event,
  attributes: {
    RULE_ARN: delivery.ruleArn,
    TARGET_ARN: delivery.targetArn,
    ERROR_CODE: failure.errorCode,
    ERROR_MESSAGE: failure.message,
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
    RETRY_ATTEMPTS: String(delivery.retries),
  },
});
