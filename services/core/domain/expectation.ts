import type { Forecast } from '../../../contracts/api.ts';

/** How long something should take, from the shortest to the longest that is known of it, in ms. */
export interface Expectation {
  readonly leastMs: number;
  readonly mostMs: number;
}

export const nothing: Expectation = { leastMs: 0, mostMs: 0 };

/** DRS jobs of which no execution has told: what drills of ordinary servers take. */
export const usualJob: Expectation = { leastMs: 10 * 60_000, mostMs: 20 * 60_000 };

export type Outlook = NonNullable<Forecast['rto']>['outlook'];

/** What a range of durations means for a recovery time objective. */
export const outlookOf = ({ leastMs, mostMs }: Expectation, rtoMinutes: number): Outlook => {
  const targetMs = rtoMinutes * 60_000;
  if (mostMs <= targetMs) return 'on-track';
  return leastMs <= targetMs ? 'at-risk' : 'out-of-reach';
};

/** A forecast is made from so many of the last executions. */
const recentMax = 10;

/** The last durations with one more, oldest first. */
export const withRecent = (recentMs: readonly number[] = [], durationMs: number): readonly number[] => [
  ...recentMs.slice(1 - recentMax),
  durationMs,
];
