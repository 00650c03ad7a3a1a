import { parseCron } from './cron.ts';

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

/** Reads `rate(…)` and `cron(…)` of a rule; nothing for what AWS refuses. Times are UTC. */
export const parseSchedule = (expression: string): Schedule | undefined =>
  expression.startsWith('cron(') && expression.endsWith(')')
    ? parseCron(expression.slice('cron('.length, -1))
    : parseRate(expression);
