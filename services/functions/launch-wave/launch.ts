import type { CapacityLimits } from '../../core/domain/capacity.ts';
import { quarantineMs } from '../../core/kernel/quarantine.ts';
import type { TransactPorts } from '../../core/kernel/transact.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { WaveSession } from '../../core/streams/wave-session.ts';

export interface LaunchPorts extends TransactPorts {
  readonly recovery: RecoveryService;
  readonly log: Log;
}

export interface LaunchKnobs {
  /** Above these nothing goes, whatever Service Quotas says. */
  readonly limits: CapacityLimits;
  /** By a timer: how long a claim without an outcome is left alone. */
  readonly quarantineMs: number;
  /** A handler that finds its own claim older than this no longer calls StartRecovery. */
  readonly callWindowMs: number;
  /** How soon a claim without an outcome is looked up in DRS again. */
  readonly lookAgainMs: number;
}

export const launchKnobs: LaunchKnobs = {
  limits: { jobsMax: Infinity, serversMax: Infinity },
  quarantineMs,
  callWindowMs: 10_000,
  lookAgainMs: 30_000,
};

/** One delivery's work on one wave. */
export interface Launch {
  readonly ports: LaunchPorts;
  readonly knobs: LaunchKnobs;
  readonly session: WaveSession;
}
