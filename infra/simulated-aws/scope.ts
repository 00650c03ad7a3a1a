import type { LocalClock } from './clock.ts';
import type { Journal } from './journal.ts';

export interface Scope<R> {
  readonly clock: LocalClock;
  readonly journal: Journal<R>;
  /** Ends the life of a service as a kill would: no timer of its own fires any more, and nothing more is written. */
  readonly close: () => void;
}

/**
 * The clock and the journal of one life of a service. Work that was in flight at the end may go on in the
 * same process; it must not write beside the service that has taken over the journal.
 */
export const openScope = <R>(clock: LocalClock, journal: Journal<R>): Scope<R> => {
  const cancellations = new Set<() => void>();
  let isOpen = true;
  return {
    clock: {
      now: () => clock.now(),
      busy: (work) => clock.busy(work),
      after(delayMs, run) {
        if (!isOpen) return () => undefined;
        const stop = clock.after(delayMs, () => {
          cancellations.delete(stop);
          run();
        });
        cancellations.add(stop);
        return () => {
          cancellations.delete(stop);
          stop();
        };
      },
    },
    journal: {
      records: journal.records,
      append: (record) => void (isOpen && journal.append(record)),
      compact: (records) => void (isOpen && journal.compact(records)),
      close: () => journal.close(),
    },
    close() {
      isOpen = false;
      for (const cancel of cancellations) cancel();
      cancellations.clear();
    },
  };
};
