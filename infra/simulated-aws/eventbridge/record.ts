import type { ApiDestination } from './api-destination.ts';
import type { Archive } from './archive.ts';
import type { Connection } from './connection.ts';
import type { Delivery, DeliveryFailure } from './delivery.ts';
import type { EventBus } from './event-bus.ts';
import type { Replay } from './replay.ts';
import type { Rule } from './rule.ts';

/** The resources that are kept as whole rows, the latest of each key counting. */
export interface Rows {
  readonly bus: EventBus;
  readonly rule: Rule;
  readonly archive: Archive;
  readonly replay: Replay;
  readonly connection: Connection;
  readonly apiDestination: ApiDestination;
}

export type RowKind = keyof Rows;

/** A resource as it is from now on; without a row it was deleted. */
export interface RowRecord<K extends RowKind = RowKind> {
  readonly kind: 'row';
  readonly of: K;
  readonly key: string;
  readonly row?: Rows[K];
}

/** An accepted event: its text once, the archives that keep it, the deliveries that it owes. */
export interface EventRecord {
  readonly kind: 'event';
  readonly event: string;
  readonly archives: readonly string[];
  readonly deliveries: readonly Delivery[];
}

/** A delivery failed and is to be tried again. */
export interface RetryRecord {
  readonly kind: 'retry';
  readonly delivery: number;
  readonly retries: number;
  readonly dueAt: number;
  readonly failure: DeliveryFailure;
}

/** A delivery is over: accepted by its target, dead-lettered or dropped. */
export interface DoneRecord {
  readonly kind: 'done';
  readonly delivery: number;
}

/** What the bus writes into its journal. */
export type EventBridgeRecord = RowRecord | EventRecord | RetryRecord | DoneRecord;
