import { signal } from '@preact/signals';

/** The time of the place where the executions run, epoch ms; simulated time may pass faster than ours. */
export const now = signal(Date.now());

let told = { at: Date.now(), here: performance.now() };
let rate = 1;

/** What the server says of its time; from two sayings follows how fast it passes. */
export const hearTime = (at: number): void => {
  const here = performance.now();
  const passed = here - told.here;
  if (passed > 500) rate = Math.min(600, Math.max(0, (at - told.at) / passed));
  told = { at, here };
  now.value = at;
};

/** Between two sayings time passes as it did before, but never far ahead of what was said. */
setInterval(() => {
  const passed = Math.min(1_500, performance.now() - told.here);
  now.value = told.at + passed * rate;
}, 250);

/** Without anybody to tell it, the time is our own. */
export const followOwnTime = (): void => {
  rate = 1;
  setInterval(() => (told = { at: Date.now(), here: performance.now() }), 1_000);
};
