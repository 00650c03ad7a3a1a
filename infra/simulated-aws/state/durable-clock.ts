import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createScaledClock, type LocalClock } from '../clock.ts';

export interface DurableClock extends LocalClock {
  /** Stops it and writes down the exact time, so that nothing of it is lost at a restart. */
  close(): void;
}

export interface DurableClockOptions {
  /** Undefined: time starts anew with each runtime. */
  readonly file: string | undefined;
  readonly speed: number;
  /** What else knows what time it was, epoch ms, for a file that is gone or no longer says it. */
  readonly newestKnown?: () => number | undefined;
  /** Told that such a file was replaced. */
  readonly onNote?: (text: string) => void;
}

const epochMs = /^[1-9]\d{12}$/;

/** A power cut may leave an empty file, and zero is no time: it would be 1970, and all that waits would wait for ever. */
const readTime = (file: string): number | undefined => {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8').trim();
  return epochMs.test(text) ? Number(text) : undefined;
};

/** Where time goes on: where it was stored, else at the newest time known. */
const resumeAt = ({ file, newestKnown, onNote }: DurableClockOptions): number | undefined => {
  if (file === undefined) return undefined;
  const stored = readTime(file);
  if (stored !== undefined) return stored;
  const known = newestKnown?.();
  if (known === undefined && !existsSync(file)) return undefined;
  const what = existsSync(file) ? 'does not say a time' : 'is gone';
  const resumed = known ?? Date.now();
  const whence = known === undefined ? "this machine's" : "the newest event's";
  onNote?.(`${file} ${what}; time goes on at ${whence}, ${new Date(resumed).toISOString()}.`);
  return resumed;
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
export const createDurableClock = (options: DurableClockOptions): DurableClock => {
  const { file, speed } = options;
  const stored = resumeAt(options);
  const clock = createScaledClock({ speed, ...(stored !== undefined && { startAt: stored }) });
  if (file === undefined) return { ...clock, close: () => clock.stop() };
  mkdirSync(dirname(file), { recursive: true });
  let reserved = stored ?? 0;
  let isClosed = false;
  return {
    ...clock,
    now() {
      const now = clock.now();
      // What was in flight at the end still asks; a successor may have the file by then.
      if (now >= reserved && !isClosed) {
        reserved = now + reservedMs(speed);
        writeTime(file, reserved);
      }
      return now;
    },
    close() {
      isClosed = true;
      clock.stop();
      writeTime(file, clock.now());
    },
  };
};
