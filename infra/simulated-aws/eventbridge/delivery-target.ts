import type { HttpParameters } from './http-parameters.ts';

/** Who is to be given an event, and because of which rule. */
export interface DeliveryTarget {
  readonly arn: string;
  readonly ruleArn: string;
  readonly dlqArn?: string;
  /** What goes with the requests of an API destination. */
  readonly http?: HttpParameters;
  /** The group that a FIFO queue orders the event in. */
  readonly messageGroupId?: string;
}

/** What became of one attempt to hand an event over. Codes are those of AWS's dead-letter attributes. */
export type DeliveryResult =
  | { readonly status: 'accepted' }
  | {
      readonly status: 'retry';
      readonly errorCode: string;
      readonly message: string;
      /** For how long the target asks to be left alone. */
      readonly retryAfterMs?: number;
    }
  /** Permission or existence: AWS does not retry, the event goes straight to the dead-letter queue. */
  | { readonly status: 'permanent'; readonly errorCode: string; readonly message: string };

/** How an event comes to a bus: by a call, or by a rule of another bus. */
export type WayToBus = 'put' | 'forwarded';

/** A message for a dead-letter queue: the original event, and the reason in string attributes. */
export interface DeadLetter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What the runtime around the bus does for it. */
export interface DeliveryHost {
  /** Why a target may not be given anything; nothing where it may. Default: each may. */
  refusalOf?(target: DeliveryTarget, event: string): DeliveryResult | undefined;
  /** Hands the payload to a target of any kind but a bus of this account and Region. */
  deliver(target: DeliveryTarget, payload: string): Promise<DeliveryResult>;
  /** Puts an event onto a bus of another account or Region; nothing for what is none. Default: there are no others. */
  readonly toBus?: (busArn: string, event: string, way: WayToBus) => DeliveryResult | undefined;
  sendToDeadLetterQueue(queueArn: string, message: DeadLetter): Promise<DeliveryResult>;
}
