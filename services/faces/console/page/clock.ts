import { signal } from '@preact/signals';

/** The time of the place where the executions run, epoch ms; simulated time may pass faster than ours. */
export const now = signal(Date.now());

/** What the server says of its time, about every second. */
export const hearTime = (at: number): void => {
  now.value = at;
};

/** Without anybody to tell it, the time is our own. */
export const followOwnTime = (): void => {
  setInterval(() => hearTime(Date.now()), 1_000);
};
