import { Cron } from 'croner';
import type { Schedule } from './schedule.ts';

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
export const parseCron = (expression: string): Schedule | undefined => {
  const fields = expression.trim().split(/\s+/);
  // Exactly one of the two day fields must be `?`.
  if (fields.length !== fieldCount || (fields[2] === '?') === (fields[4] === '?')) return undefined;
  const cron = compile(fields);
  return cron && { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() };
};
