import { Cron } from 'croner';

/** When a rule's schedule fires. */
export interface Schedule {
  /** The first instant after `afterMs`, or nothing if there is none; a rate counts from `sinceMs`. */
  next(afterMs: number, sinceMs: number): number | undefined;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const rateForm = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/;

const parseRate = (expression: string): Schedule | undefined => {
  const [, count, unit = '', plural] = rateForm.exec(expression) ?? [];
  const everyMs = unitMs[unit];
  // AWS insists on `1 minute` and `2 minutes`.
  if (everyMs === undefined || (count === '1') !== (plural === '')) return undefined;
  const periodMs = Number(count) * everyMs;
  return {
    next: (afterMs, sinceMs) => sinceMs + (Math.floor((afterMs - sinceMs) / periodMs) + 1) * periodMs,
  };
};

// Minute, hour, day of month, month, day of week, year: six fields, unlike Unix.
const fieldCount = 6;

/** `6L` is the last Friday of the month to AWS, and `6#L` to the library; `L` alone is the week's last day. */
const lastWeekday = (field: string): string =>
  field === 'L' ? 'SAT' : field.replaceAll(/([A-Za-z]+|\d)L\b/g, '$1#L');

const compile = (fields: readonly string[]): Cron | undefined => {
  const [minute, hour, dayOfMonth, month, dayOfWeek = '', year] = fields;
  try {
    return new Cron([0, minute, hour, dayOfMonth, month, lastWeekday(dayOfWeek), year].join(' '), {
      mode: '7-part',
      timezone: 'UTC',
      alternativeWeekdays: true,
      domAndDow: true,
      sloppyRanges: true,
    });
  } catch {
    return undefined;
  }
};

/** Reads the inside of `cron(…)` ("Cron expressions reference", EventBridge user guide); nothing for a bad one. */
const parseCron = (expression: string): Schedule | undefined => {
  const fields = expression.trim().split(/\s+/);
  // Exactly one of the two day fields must be `?`.
  if (fields.length !== fieldCount || (fields[2] === '?') === (fields[4] === '?')) return undefined;
  const cron = compile(fields);
  return cron && { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() };
};

/** Reads `rate(…)` and `cron(…)` of a rule; nothing for what AWS refuses. Times are UTC. */
export const parseSchedule = (expression: string): Schedule | undefined =>
  expression.startsWith('cron(') && expression.endsWith(')')
    ? parseCron(expression.slice('cron('.length, -1))
    : parseRate(expression);
