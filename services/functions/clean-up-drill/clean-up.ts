import type { CapacityLimits } from '../../core/domain/capacity.ts';
import type { CleanUpFact } from '../../../contracts/clean-up-events.ts';
import type { CleanUpState } from '../../core/domain/clean-up/state.ts';
import type { ExecutionState } from '../../core/domain/execution-state.ts';
import type { TransactPorts } from '../../core/kernel/transact.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';

export interface CleanUpPorts extends TransactPorts {
  readonly recovery: RecoveryService;
  readonly log: Log;
}

export interface CleanUpKnobs {
  /** Above these nothing goes, whatever Service Quotas says. */
  readonly limits: CapacityLimits;
  /** A handler that finds its own claim older than this no longer calls. */
  readonly callWindowMs: number;
  /** Between two looks at instances that are being ended. */
  readonly lookAgainMs: number;
  /** From a hint of EC2 to the look: one look for all instances that end meanwhile, once DRS knows of it, too. */
  readonly gatherMs: number;
  /** Between two looks while DRS has nothing to do any more but to end its job. */
  readonly nearEndMs: number;
  /** Between two looks while the plan's actions before the clean-up go on. */
  readonly lookAtActionsMs: number;
  /** Calls of one look: each of them asks DRS and EC2 once more. */
  readonly callsMax: number;
}

export const cleanUpKnobs: CleanUpKnobs = {
  limits: { jobsMax: Infinity, serversMax: Infinity },
  callWindowMs: 10_000,
  lookAgainMs: 15_000,
  gatherMs: 2_000,
  nearEndMs: 4_000,
  lookAtActionsMs: 60_000,
  callsMax: 5,
};

/** One delivery's work on one drill that has ended. */
export interface CleaningUp {
  readonly ports: CleanUpPorts;
  readonly knobs: CleanUpKnobs;
  readonly executionId: string;
  readonly causationId: string;
  readonly execution: ExecutionState;
  /** Saves what `decide` gives for the clean-up as it then is, and publishes it, at once or with the next change. */
  readonly change: (
    decide: (state: CleanUpState, now: number) => readonly CleanUpFact[],
    publishing?: 'now' | 'later',
  ) => Promise<{ readonly state: CleanUpState; readonly facts: readonly CleanUpFact[] }>;
}
