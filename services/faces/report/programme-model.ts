import type { ExecutionReport } from './report-model.ts';

/** A drill of a schedule that was due and not held. Instants in epoch ms. */
export interface SkippedDrill {
  readonly scheduleId: string;
  readonly scheduledAt: number;
  readonly planId: string;
  readonly reason: string;
  readonly message: string;
  /** Of a request that was refused. */
  readonly executionId?: string;
}

/** When a server was last launched by an execution of the plan; absent where none has. */
export interface CoveredServer {
  readonly sourceServerId: string;
  readonly name: string;
  readonly lastLaunched?: { readonly at: number; readonly executionId: string };
  /** The plan's last proof launched it. */
  readonly isProven: boolean;
}

/** What is proven of a plan at an instant. */
export interface PlanProof {
  readonly planId: string;
  /** The newest. */
  readonly version: number;
  readonly hash: string;
  readonly rtoMinutes?: number;
  readonly rpoMinutes?: number;
  /** For how long the plan takes a drill for a proof. */
  readonly provenWithinDays?: number;
  /** Its last drill that recovered everything. */
  readonly proof?: ExecutionReport;
  /** The proof is older than the plan wants; a plan that was stored lately has as long for its first. */
  readonly isOverdue: boolean;
  readonly servers: readonly CoveredServer[];
  /** Accounts and Regions that did not say which servers there are, and why. */
  readonly unread: readonly string[];
}

/** The same by the end of a period, with the schedules by which the plan is drilled. */
export interface PlanEvidence extends PlanProof {
  readonly schedules: readonly string[];
}

/** An execution of the period, and the occurrence of a schedule that it was held for. */
export interface HeldRun {
  readonly report: ExecutionReport;
  readonly occurrence?: { readonly scheduleId: string; readonly scheduledAt: number };
}

/** A server that DRS shows where plans recover, and that no stored plan recovers. */
export interface ServerWithoutPlan {
  readonly sourceServerId: string;
  readonly name: string;
  /** As `account/region`. */
  readonly place: string;
}

/** What the evidence is about, and what it is not. */
export interface Scope {
  /** Where Groundswell is deployed, as `account/region`. */
  readonly home: string;
  /** Where the stored plans recover, and home. */
  readonly places: readonly string[];
  /** Stored plans that this evidence is not about. */
  readonly plansLeftOut: readonly string[];
  readonly serversWithoutPlan: readonly ServerWithoutPlan[];
  /** Places and plans that could not be read for this. */
  readonly unread: readonly string[];
}

/** A recovery programme over a period: what was aimed at, held, skipped, found and decided, with proof. Epoch ms. */
export interface Programme {
  readonly from: number;
  readonly to: number;
  readonly writtenAt: number;
  /** Absent where nobody asked DRS for it. */
  readonly scope?: Scope;
  readonly plans: readonly PlanEvidence[];
  /** Oldest first, like all that follows. */
  readonly runs: readonly HeldRun[];
  readonly skipped: readonly SkippedDrill[];
  /** Executions of which the audit has recorded nothing: nothing of them is proven. */
  readonly unrecorded: readonly string[];
}
