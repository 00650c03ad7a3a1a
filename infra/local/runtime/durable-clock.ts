import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createScaledClock, type LocalClock } from '../clock.ts';

export interface DurableClock extends LocalClock {
  /** Writes down the exact time, so that nothing of it is lost at a restart. */
  close(): void;
}

export interface DurableClockOptions {
  /** Undefined: time starts anew with each runtime. */
  readonly file: string | undefined;
  readonly speed: number;
}

const readTime = (file: string | undefined): number | undefined => {
  if (file === undefined || !existsSync(file)) return undefined;
  const time = Number(readFileSync(file, 'utf8'));
  return Number.isFinite(time) ? time : undefined;
};

const writeTime = (file: string, time: number): void => {
  writeFileSync(`${file}.new`, String(Math.ceil(time)));
  renameSync(`${file}.new`, file);
};

/** How far ahead a time is reserved: a tenth of a second on the wall, and never less than a second of its own. */
const reservedMs = (speed: number): number => Math.max(1_000, 100 * speed);

/**
 * A clock that never goes back, not even after `kill -9`: no time is given out before a later one is on
 * disk, and a restart goes on from that one. To the simulation, that is a short absence.
 */
export const createDurableClock = ({ file, speed }: DurableClockOptions): DurableClock => {
  const stored = readTime(file);
  const clock = createScaledClock({ speed, ...(stored !== undefined && { startAt: stored }) });
  if (file === undefined) return { ...clock, close: () => undefined };
  mkdirSync(dirname(file), { recursive: true });
  let reserved = stored ?? 0;
  return {
    ...clock,
    now() {
      const now = clock.now();
      if (now >= reserved) {
        reserved = now + reservedMs(speed);
        writeTime(file, reserved);
      }
      return now;
    },
    close: () => writeTime(file, clock.now()),
  };
};
