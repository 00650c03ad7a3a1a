import type { HttpParameters } from './http-parameters.ts';
import type { RetryPolicy } from './retry.ts';

export interface DeliveryFailure {
  readonly errorCode: string;
  readonly message: string;
}

/** One event that is owed to one target. Times in epoch ms. */
export interface Delivery {
  readonly id: number;
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly dlqArn?: string;
  /** What the target gets. Absent: the event as it is. Null: its template rendered to no JSON. */
  readonly payload?: string | null;
  readonly retryPolicy: RetryPolicy;
  readonly http?: HttpParameters;
  readonly messageGroupId?: string;
  readonly acceptedAt: number;
  readonly dueAt: number;
  readonly retries: number;
  readonly failure?: DeliveryFailure;
}

/** What a rule asks of the deliveries when an event matches it. */
export type DeliveryOrder = Pick<
  Delivery,
  'ruleArn' | 'targetArn' | 'dlqArn' | 'payload' | 'retryPolicy' | 'http' | 'messageGroupId'
>;
