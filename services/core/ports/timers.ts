import type { WokenService } from '../../../contracts/services.ts';

/** What a timer says when it fires: look at this execution or wave. It carries no decision. */
export interface Wake {
  readonly service: WokenService;
  readonly executionId: string;
  readonly waveId?: string;
  /** The wait that has ended: a claim's quarantine, or that for facts which nobody said. Only for `launch-wave` and `run-actions`. */
  readonly endedWait?: string;
  /** A hint of DRS brought this look forward: a server has its result. Only for `watch-jobs`. */
  readonly hinted?: true;
}

/** The name under which a timer is replaced. */
export const wakeName = (wake: Wake): string =>
  [wake.service, wake.executionId, wake.waveId ?? '', wake.endedWait ?? ''].join(':');

/**
 * Durable named timers. They fire at least once and never early, measured by the timer service's own
 * passing of time and not by any machine's clock; they may be late.
 */
export interface Timers {
  /** Replaces a timer of the same name, which then does not fire. */
  set(wake: Wake, delayMs: number): Promise<void>;
  /** Leaves a timer of the same name alone that is still to fire; sets one otherwise. */
  ensure(wake: Wake, delayMs: number): Promise<void>;
  /** Replaces a timer of the same name that is to fire later, and leaves one alone that fires by then. */
  setIfSooner(wake: Wake, delayMs: number): Promise<void>;
}
