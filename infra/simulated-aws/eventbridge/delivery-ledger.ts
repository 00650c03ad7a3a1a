import type { Delivery } from './delivery.ts';
import type { Log } from './log.ts';
import type { EventBridgeRecord } from './record.ts';

export interface Owed {
  readonly delivery: Delivery;
  readonly event: string;
}

/** The deliveries that are accepted and not yet over; what it holds survives the process. */
export interface DeliveryLedger {
  get(id: number): Owed | undefined;
  all(): readonly Owed[];
  readonly size: number;
  nextId(): number;
  /** Takes up an event with all that is owed of it, in one record. */
  accept(event: string, archives: readonly string[], deliveries: readonly Delivery[]): void;
  retry(delivery: Delivery): void;
  finish(id: number): void;
}

const restore = (records: readonly EventBridgeRecord[]) => {
  const owed = new Map<number, Owed>();
  let lastId = 0;
  const take = (event: string, delivery: Delivery): void => {
    owed.set(delivery.id, { delivery, event });
    lastId = Math.max(lastId, delivery.id);
  };
  for (const record of records) {
    if (record.kind === 'event') record.deliveries.forEach((delivery) => take(record.event, delivery));
    else if (record.kind === 'done') owed.delete(record.delivery);
    else if (record.kind === 'retry') {
      const { delivery: id, retries, dueAt, failure } = record;
      const known = owed.get(id);
      if (known !== undefined)
        owed.set(id, { ...known, delivery: { ...known.delivery, retries, dueAt, failure } });
    }
  }
  return { owed, lastId };
};

export const createDeliveryLedger = (log: Log): DeliveryLedger => {
  const { owed, lastId } = restore(log.records);
  let id = lastId;
  log.register({
    size: () => owed.size,
    records: () =>
      [...owed.values()].map(({ event, delivery }) => ({
        kind: 'event',
        event,
        archives: [],
        deliveries: [delivery],
      })),
  });
  return {
    get: (wanted) => owed.get(wanted),
    all: () => [...owed.values()],
    get size() {
      return owed.size;
    },
    nextId: () => ++id,
    accept(event, archives, deliveries) {
      for (const delivery of deliveries) owed.set(delivery.id, { delivery, event });
      log.append({ kind: 'event', event, archives, deliveries });
    },
    retry(delivery) {
      const known = owed.get(delivery.id);
      if (known === undefined || delivery.failure === undefined) return;
      owed.set(delivery.id, { ...known, delivery });
      const { id: changed, retries, dueAt, failure } = delivery;
      log.append({ kind: 'retry', delivery: changed, retries, dueAt, failure });
    },
    finish(finished) {
      if (owed.delete(finished)) log.append({ kind: 'done', delivery: finished });
    },
  };
};
