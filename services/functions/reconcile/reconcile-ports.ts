import { documentedLimits, type CapacityLimits } from '../../core/domain/capacity.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Timers } from '../../core/ports/timers.ts';

export interface ReconcilePorts {
  readonly store: RecordStore;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReconcileKnobs {
  /** Between two looks at an open execution. */
  readonly lookAgainMs: number;
  readonly limits: CapacityLimits;
}

export const reconcileKnobs: ReconcileKnobs = {
  lookAgainMs: 120_000,
  limits: documentedLimits,
};
