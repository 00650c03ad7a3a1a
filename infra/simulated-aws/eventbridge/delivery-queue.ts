import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Delivery, DeliveryOrder } from './delivery.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { DeliveryHost } from './delivery-target.ts';
import { type Faults, happens, holdUpMs } from './faults.ts';
import { bury, type Forward, handOver } from './hand-over.ts';
import type { Metrics } from './metrics.ts';
import { type Latency, sampleLatencyMs } from './retry.ts';
import { verdictOn } from './verdict.ts';

export interface DeliveryQueueOptions {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly ledger: DeliveryLedger;
  readonly host: DeliveryHost;
  readonly latency: Latency;
  readonly faults: Faults;
  readonly metrics: Metrics;
  readonly forward: Forward;
}

export interface DeliveryQueue {
  readonly size: number;
  /** Takes up an event with the archives that keep it and the targets that it goes to. */
  accept(event: string, archives: readonly string[], orders: readonly DeliveryOrder[]): void;
  /** Takes up again what was owed when the process ended. */
  resume(): void;
  close(): void;
}

/** Hands events to their targets at least once, in no order, each on its own schedule of retries. */
export const createDeliveryQueue = (options: DeliveryQueueOptions): DeliveryQueue => {
  const { clock, random, ledger, host, faults, metrics, forward } = options;
  const timers = new Map<number, () => void>();
  let isClosed = false;

  const attempt = async (id: number): Promise<void> => {
    timers.delete(id);
    const owed = ledger.get(id);
    if (owed === undefined) return;
    const result = await handOver(owed, host, forward);
    if (isClosed) return;
    const verdict = verdictOn(owed.delivery, result, clock.now(), random);
    if (verdict.kind === 'retry') {
      const { dueAt, failure } = verdict;
      const next = { ...owed.delivery, dueAt, failure, retries: owed.delivery.retries + 1 };
      metrics.count('retried');
      ledger.retry(next);
      arm(next);
      return;
    }
    // A dead letter is sent before it is recorded: a crash in between sends it twice, and loses nothing.
    metrics.count(verdict.kind === 'done' ? 'delivered' : await bury(owed, verdict, host));
    finish(id);
  };

  /** A queue that was closed in the meantime leaves the delivery to its successor. */
  const finish = (id: number): void => {
    if (!isClosed) ledger.finish(id);
  };

  const arm = ({ id, dueAt }: Delivery): void => {
    const run = (): void => void attempt(id);
    timers.set(id, clock.after(dueAt - clock.now(), run));
  };

  const deliveryFrom = (order: DeliveryOrder): Delivery => {
    const now = clock.now();
    const delayMs = sampleLatencyMs(options.latency, random) + holdUpMs(faults, random);
    return { ...order, id: ledger.nextId(), acceptedAt: now, dueAt: now + delayMs, retries: 0 };
  };

  return {
    get size() {
      return ledger.size;
    },
    accept(event, archives, orders) {
      const deliveries = orders
        .flatMap((order) => (happens(faults.duplicateProbability, random) ? [order, order] : [order]))
        .map(deliveryFrom);
      ledger.accept(event, archives, deliveries);
      deliveries.forEach(arm);
    },
    resume: () => ledger.all().forEach(({ delivery }) => arm(delivery)),
    close() {
      isClosed = true;
      timers.forEach((cancel) => cancel());
      timers.clear();
    },
  };
};
