import type { LocalClock } from '../clock.ts';
import { nextTakeableAt } from './fifo.ts';
import { isFifo } from './queue-attributes.ts';
import type { Queue, SqsStore } from './store.ts';

export interface Waker {
  /** Called whenever a message of the queue may have become visible. Returns the end of the watch. */
  watch(name: string, listener: () => void): () => void;
  /** To be called after every change of a queue. */
  touch(name: string): void;
}

const nextVisibleAt = (queue: Queue): number | undefined => {
  if (isFifo(queue.attributes)) return nextTakeableAt(queue);
  const times = [...queue.messages.values()].map(({ visibleAt }) => visibleAt);
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
};

/** One timer for each watched queue, set to the time at which its next message becomes visible. */
export const createWaker = (clock: LocalClock, store: SqsStore): Waker => {
  const listeners = new Map<string, Set<() => void>>();
  const timers = new Map<string, () => void>();

  const set = (name: string, at: number | undefined): void => {
    timers.get(name)?.();
    timers.delete(name);
    if (at !== undefined)
      timers.set(
        name,
        clock.after(at - clock.now(), () => wake(name)),
      );
  };
  // Who takes a message touches the queue, which sets the next timer; what nobody takes now waits for whoever asks.
  const wake = (name: string): void => {
    timers.delete(name);
    for (const listener of [...(listeners.get(name) ?? [])]) listener();
  };
  const touch = (name: string): void => {
    const queue = store.queues.get(name);
    if (queue !== undefined && (listeners.get(name)?.size ?? 0) > 0) set(name, nextVisibleAt(queue));
  };

  return {
    touch,
    watch(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      touch(name);
      return () => void set.delete(listener);
    },
  };
};
