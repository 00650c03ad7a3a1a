import type { LocalClock } from '../clock.ts';
import type { DueHint } from './due-hints.ts';
import type { DrsEvent } from './hints.ts';
import { hintsOfPoints, untilNextPoints } from './points-taken.ts';
import type { World } from './world.ts';

export interface AnnouncerDeps {
  readonly clock: LocalClock;
  readonly worldNow: () => World;
  readonly emit: (event: DrsEvent) => void;
}

/** Sends the events of a DRS when they are due. */
export interface Announcer {
  arm(hints: readonly DueHint[]): void;
  /** Announces every point in time that is taken from now on. */
  announcePoints(): void;
  later(delayMs: number, run: () => void): void;
  /** Cancels all that is still to come. */
  close(): void;
}

export const createAnnouncer = ({ clock, worldNow, emit }: AnnouncerDeps): Announcer => {
  const pending = new Set<() => void>();
  const later = (delayMs: number, run: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      run();
    });
    pending.add(cancel);
  };
  const announcePoints = (): void => {
    const delayMs = untilNextPoints(worldNow());
    const at = clock.now() + delayMs;
    later(delayMs, () => {
      for (const { event } of hintsOfPoints(worldNow(), at)) emit(event);
      announcePoints();
    });
  };
  return {
    later,
    announcePoints,
    arm(hints) {
      const now = clock.now();
      // What fell due while nothing ran is lost: DRS promises no more than best effort.
      for (const { at, event, holds } of hints)
        if (at >= now)
          later(Math.ceil(at - now), () => {
            if (holds?.(worldNow()) ?? true) emit(event);
          });
    },
    close() {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
};
