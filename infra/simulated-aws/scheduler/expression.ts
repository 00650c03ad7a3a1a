import { parseSchedule } from '../eventbridge/schedule.ts';
import { instantOf, wallAt } from '../time/wall-time.ts';

/** When a schedule is due, in its time zone ("Schedule types", EventBridge Scheduler user guide). */
export interface Expression {
  /** The first instant after this one, or nothing if there is none; a rate counts from `sinceMs`. */
  next(afterMs: number, sinceMs: number): number | undefined;
}

const atForm = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;

/** A leap year with its eve: what has no next time within it has none. */
const triesMax = 1_000;
const dayMs = 86_400_000;

/**
 * Of a `cron(…)` in a zone the times on the wall decide: one that is left out when the clocks go forward is skipped,
 * one that comes twice when they go back is due once, the first time.
 */
const inZone = (
  cron: { next(afterMs: number, sinceMs: number): number | undefined },
  zone: string,
): Expression => ({
  next(afterMs) {
    // The wall may have been put back: what it shows now may have been due before.
    let wall: number | undefined = wallAt(afterMs, zone) - dayMs;
    for (let tries = 0; tries < triesMax + 1_440 && wall !== undefined; tries++) {
      wall = cron.next(wall, 0);
      const instant = wall === undefined ? undefined : instantOf(wall, zone);
      if (instant !== undefined && instant > afterMs) return instant;
    }
    return undefined;
  },
});

/** Reads `rate(…)`, `cron(…)` and `at(…)`; nothing for what Scheduler refuses. */
export const parseExpression = (expression: string, zone: string): Expression | undefined => {
  const at = atForm.exec(expression)?.[1];
  if (at !== undefined) {
    const wall = Date.parse(`${at}Z`);
    if (Number.isNaN(wall)) return undefined;
    const instant = instantOf(wall, zone);
    return { next: (afterMs) => (instant !== undefined && instant > afterMs ? instant : undefined) };
  }
  const parsed = parseSchedule(expression);
  if (parsed === undefined) return undefined;
  return expression.startsWith('cron(') ? inZone(parsed, zone) : parsed;
};
