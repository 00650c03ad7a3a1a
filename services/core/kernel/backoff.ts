export interface BackoffPolicy {
  readonly firstMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

/** The delay after the n-th failure (from 1), in milliseconds. */
export const backoffMs = (policy: BackoffPolicy, failures: number): number =>
  Math.min(policy.maxMs, Math.round(policy.firstMs * policy.factor ** Math.max(0, failures - 1)));
