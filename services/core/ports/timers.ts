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

/** Timers as whoever is woken by them may use them: what a timer would lead to can be done before it fires. */
export interface FiringTimers extends Timers {
  /**
   * Has the timer of this name fire at once, in the hands of the caller: one that was to fire does not, and `run` may
   * set its successor, as any handler of a timer may. While another firing is handled it is set to fire so much later
   * instead, once for all who come until then. If `run` fails, no timer is left: whoever brought the caller here has to
   * come again.
   */
  fireNow(wake: Wake, run: () => Promise<void>, followMs: number): Promise<void>;
}
