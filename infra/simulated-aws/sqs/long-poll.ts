import type { LocalClock } from '../clock.ts';
import type { Message } from './message.ts';
import type { Waker } from './waker.ts';

/** Asks at once, and again whenever a message may have become visible, until there is one or the time is up. */
export const longPoll = (
  { clock, waker }: { readonly clock: LocalClock; readonly waker: Waker },
  name: string,
  waitMs: number,
  receive: () => readonly Message[],
): Promise<readonly Message[]> => {
  const first = receive();
  if (first.length > 0 || waitMs === 0) return Promise.resolve(first);
  return new Promise((resolve) => {
    const finish = (messages: readonly Message[]): void => {
      unwatch();
      cancel();
      resolve(messages);
    };
    const unwatch = waker.watch(name, () => {
      const messages = receive();
      if (messages.length > 0) finish(messages);
    });
    const cancel = clock.after(waitMs, () => finish([]));
  });
};
