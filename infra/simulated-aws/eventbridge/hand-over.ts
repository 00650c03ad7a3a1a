import type { Owed } from './delivery-ledger.ts';
import type { DeliveryHost, DeliveryResult } from './delivery-target.ts';
import { deadLetterOf, type Verdict } from './verdict.ts';

/** Puts an event onto another bus, wherever that is; nothing when the target is not one. */
export type Forward = (targetArn: string, event: string) => DeliveryResult | undefined;

/** What became of a delivery that was given up. */
export type Burial = 'deadLettered' | 'dropped' | 'deadLettersLost';

const unrenderable: DeliveryResult = {
  status: 'permanent',
  errorCode: 'INVALID_JSON',
  message: 'The input of the target is not valid JSON.',
};

/** A host that throws has broken its promise; to the event it is one more failure that may pass. */
const guarded = async (work: () => Promise<DeliveryResult>): Promise<DeliveryResult> => {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'retry', errorCode: 'INTERNAL_ERROR', message };
  }
};

/** One attempt to give an event to its target; never throws. */
export const handOver = (
  { delivery, event }: Owed,
  host: DeliveryHost,
  forward: Forward,
): Promise<DeliveryResult> =>
  guarded(async () => {
    const { payload, targetArn, ruleArn, dlqArn, http, messageGroupId } = delivery;
    if (payload === null) return unrenderable;
    const target = {
      ...{ arn: targetArn, ruleArn },
      ...(dlqArn === undefined ? {} : { dlqArn }),
      ...(http === undefined ? {} : { http }),
      ...(messageGroupId === undefined ? {} : { messageGroupId }),
    };
    const refusal = host.refusalOf?.(target, event);
    return refusal ?? forward(targetArn, event) ?? (await host.deliver(target, payload ?? event));
  });

/** Sends what could not be delivered to the target's dead-letter queue, if it has one; never throws. */
export const bury = async (
  { delivery, event }: Owed,
  verdict: Extract<Verdict, { kind: 'give-up' }>,
  host: DeliveryHost,
): Promise<Burial> => {
  const { dlqArn } = delivery;
  if (dlqArn === undefined) return 'dropped';
  const letter = deadLetterOf(delivery, event, verdict);
  const result = await guarded(() => host.sendToDeadLetterQueue(dlqArn, letter));
  return result.status === 'accepted' ? 'deadLettered' : 'deadLettersLost';
};
