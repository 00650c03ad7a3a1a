import type { Clock } from '../../services/core/ports/clock.ts';

/** What a twin needs of time: now, and a call later. A simulation steps it; nothing in it waits for the wall. */
export interface Scheduler extends Clock {
  /** Runs once when `ms` have passed, never before; returns the cancellation. */
  after(ms: number, run: () => void): () => void;
}
