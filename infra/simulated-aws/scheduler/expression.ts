import { parseSchedule } from '../eventbridge/schedule.ts';

/** When a schedule is due. All times in epoch ms. */
export interface Occurrences {
  /** Whether there is but one. */
  readonly isOnce: boolean;
  /** The first after `afterMs`; a rate counts from `sinceMs`. */
  next(afterMs: number, sinceMs: number): number | undefined;
}

const offsetMs = (at: number, timezone: string): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  const shown = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return shown - Math.floor(at / 1000) * 1000;
};

/**
 * The instant at which a time zone's clocks show what those of UTC show at `guess`. The offset is taken twice,
 * since the first may lie across a change of it.
 */
const zonedTime = (guess: number, timezone: string): number =>
  guess - offsetMs(guess - offsetMs(guess, timezone), timezone);

const isTimezone = (timezone: string): boolean => {
  try {
    Intl.DateTimeFormat('en-GB', { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
};

const once = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/;

/** Reads `at(…)`, `rate(…)` and `cron(…)`; nothing for what AWS refuses, and for a cron outside UTC. */
export const parseExpression = (expression: string, timezone: string): Occurrences | undefined => {
  if (!isTimezone(timezone)) return undefined;
  const [, wallClock] = once.exec(expression) ?? [];
  if (wallClock === undefined) {
    const schedule =
      expression.startsWith('cron(') && timezone !== 'UTC' ? undefined : parseSchedule(expression);
    return schedule && { isOnce: false, next: (afterMs, sinceMs) => schedule.next(afterMs, sinceMs) };
  }
  const guess = Date.parse(`${wallClock}Z`);
  // The language takes the 31st of November for the 1st of December.
  const exists = !Number.isNaN(guess) && new Date(guess).toISOString().startsWith(wallClock);
  if (!exists) return undefined;
  const at = zonedTime(guess, timezone);
  return { isOnce: true, next: (afterMs) => (at > afterMs ? at : undefined) };
};
