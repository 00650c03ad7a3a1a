import type { Random } from '../identifiers.ts';

/** How long and how often a delivery is tried ("How EventBridge retries delivering events", user guide). */
export interface RetryPolicy {
  readonly retriesMax: number;
  readonly ageMaxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { retriesMax: 185, ageMaxMs: 86_400_000 };

// AWS gives no figures beyond "185 times over 24 hours": doubling from a second to ten minutes
// spreads just about that many retries over a day.
const firstDelayMs = 1_000;
const longestDelayMs = 600_000;

/** The pause before the n-th retry (from 1): doubling, bounded, with the upper half left to chance. */
export const backoffMs = (retry: number, random: Random): number => {
  const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(retry - 1, 20));
  return Math.round(ceilingMs * (0.5 + random() / 2));
};

/** Time from acceptance to the first attempt, as a distribution with these two quantiles. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Measured for EventBridge in eu-west-1 (bitesizedserverless.com, February 2023). */
export const measuredLatency: Latency = { p50Ms: 148, p99Ms: 387 };

const p99InDeviations = 2.326_348;

/** A sample of the log-normal distribution with the given median and 99th percentile. */
export const sampleLatencyMs = ({ p50Ms, p99Ms }: Latency, random: Random): number => {
  if (p50Ms <= 0) return 0;
  const deviation = Math.log(p99Ms / p50Ms) / p99InDeviations;
  // Box and Muller; 1 - random() keeps the logarithm finite.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.round(p50Ms * Math.exp(deviation * normal));
};
