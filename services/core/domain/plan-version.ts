import type { Plan } from '../../../contracts/plan.ts';

/** One immutable version of a plan, as it is stored. */
export interface PlanVersion {
  readonly planId: string;
  readonly version: number;
  /** SHA-256 of the plan's canonical JSON. */
  readonly hash: string;
  readonly plan: Plan;
  /** ISO 8601. */
  readonly storedAt: string;
}

export interface PlanHead {
  readonly latest: number;
  readonly latestHash: string;
}

export const planHeadKey = (planId: string) => ({ kind: 'plan' as const, id: planId });
export const planVersionKey = (planId: string, version: number) => ({
  kind: 'plan' as const,
  id: `${planId}/${String(version).padStart(6, '0')}`,
});
/** What was stored for one request of a deployment. */
export const planRequestKey = (planId: string, requestId: string) => ({
  kind: 'plan' as const,
  id: `${planId}/requests/${requestId}`,
});
