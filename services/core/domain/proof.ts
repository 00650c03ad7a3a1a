const dayMs = 86_400_000;

/** A server that a plan recovers, as it is called now. */
export interface PlanServer {
  readonly sourceServerId: string;
  readonly name: string;
}

/** The servers of a plan as DRS shows them; `unread` names the accounts and Regions that did not answer, and why. */
export interface PlanServers {
  readonly servers: readonly PlanServer[];
  readonly unread: readonly string[];
}

/** What says for how long a drill proves a plan, and since when the plan could have been drilled. Epoch ms. */
export interface ProvenPlan {
  readonly provenWithinDays: number | undefined;
  /** When its first version was stored. */
  readonly since: number;
}

/**
 * From when on the last proof, by its end in epoch ms, is older than the plan wants; one that is new has as long for its
 * first. Undefined: it wants none.
 */
export const proofLapsesAt = (
  { provenWithinDays, since }: ProvenPlan,
  provenAt: number | undefined,
): number | undefined =>
  provenWithinDays === undefined ? undefined : (provenAt ?? since) + provenWithinDays * dayMs;

/** Whether the last proof is older than the plan wants. */
export const isProofOverdue = (plan: ProvenPlan, provenAt: number | undefined, now: number): boolean =>
  now > (proofLapsesAt(plan, provenAt) ?? Infinity);
