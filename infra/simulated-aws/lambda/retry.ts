/** Asynchronous events older than this are dropped; six hours is Lambda's default and its maximum. */
export const eventAgeMaxMs = 6 * 60 * 60 * 1000;

/** A function error is retried after one minute, and once more after two ("Asynchronous invocation"). */
export const errorDelayMs = (attempts: number): number => (attempts === 1 ? 60_000 : 120_000);

/** A throttled event comes back after one second at first, then twice as late each time, five minutes at most. */
export const throttleDelayMs = (throttles: number, random: number): number => {
  const longest = Math.min(1000 * 2 ** throttles, 300_000);
  return Math.round(longest * (0.5 + random / 2));
};
