import { Cron } from 'croner';
import type { Fault } from '../../../../contracts/execution-events.ts';
import type { Schedule } from '../../../../contracts/schedule.ts';
import { instantOf, wallAt } from './wall-time.ts';

/** A time of a schedule, on the wall of its zone. */
export interface Occurrence {
  /** Epoch ms as if the wall were UTC. */
  readonly wall: number;
  /** Epoch ms; absent for a time that does not exist because the clocks go forward: it is skipped. */
  readonly at?: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** EventBridge writes the last Friday `6L` and the last day of the week `L`; the library `6#L` and a name. */
const lastWeekday = (field: string): string =>
  field === 'L' ? 'SAT' : field.replaceAll(/([A-Za-z]+|\d)L\b/g, '$1#L');

/** The times on the wall that a cron expression of Scheduler means; undefined for one that it refuses. */
const readCron = (expression: string): Cron | undefined => {
  const fields = expression.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
  try {
    return new Cron(['0', minute, hour, dayOfMonth, month, lastWeekday(dayOfWeek), year].join(' '), {
      ...{ mode: '7-part', timezone: 'UTC', alternativeWeekdays: true, domAndDow: true, sloppyRanges: true },
    });
  } catch {
    return undefined;
  }
};

/** Where to begin on the wall: a day early only if the clocks were put back, and show again what was due before. */
const wallBefore = (after: number, zone: string): number => {
  const wall = wallAt(after, zone);
  return wallAt(after - dayMs, zone) === wall - dayMs ? wall : wall - dayMs;
};

/** The times of a schedule after an instant, with those that the clocks leave out, in order. */
function* occurrencesAfter(
  { cron, zone }: Pick<Schedule, 'cron' | 'zone'>,
  after: number,
): Generator<Occurrence> {
  const read = readCron(cron);
  const wallNow = wallAt(after, zone);
  let wall = read?.nextRun(new Date(wallBefore(after, zone)))?.getTime();
  while (wall !== undefined) {
    const at = instantOf(wall, zone);
    if (at === undefined ? wall > wallNow : at > after) yield { wall, ...(at !== undefined && { at }) };
    wall = read?.nextRun(new Date(wall))?.getTime();
  }
}

/** The next times of a schedule after an instant, with those that the clocks leave out, in order. */
export const nextOccurrences = (
  schedule: Pick<Schedule, 'cron' | 'zone'>,
  after: number,
  count: number,
): readonly Occurrence[] => {
  const found: Occurrence[] = [];
  for (const occurrence of occurrencesAfter(schedule, after)) {
    if (found.length === count) break;
    found.push(occurrence);
  }
  return found;
};

/** As many as a schedule that is due every 15 minutes has in a day and an hour. */
const missedMax = 101;

/** The times of a schedule between two instants, ISO 8601, the first of them exclusive; of many, the earliest. */
export const timesBetween = (
  schedule: Pick<Schedule, 'cron' | 'zone'>,
  after: number,
  until: number,
): readonly string[] => {
  const found: string[] = [];
  if (after >= until) return found;
  for (const { at } of occurrencesAfter(schedule, after)) {
    if (found.length === missedMax || (at ?? 0) > until) break;
    if (at !== undefined) found.push(new Date(at).toISOString());
  }
  return found;
};

/** Whether a schedule is due at exactly this instant. */
export const isOccurrence = (schedule: Pick<Schedule, 'cron' | 'zone'>, at: number): boolean =>
  nextOccurrences(schedule, at - 1, 1)[0]?.at === at;

const leastApartMs = 15 * minuteMs;

/** What the shape of a schedule cannot say. */
export const scheduleFaults = (schedule: Schedule, now: number): readonly Fault[] => {
  const faults: Fault[] = [];
  if (readCron(schedule.cron) === undefined)
    faults.push({
      path: 'cron',
      message: `${schedule.cron} is no cron expression of EventBridge Scheduler`,
      expected:
        'minute hour day-of-month month day-of-week year, of which one day is ?, such as 0 3 ? * SAT#1 *',
    });
  else {
    const [first, second] = nextOccurrences(schedule, now, 2);
    if (first === undefined)
      faults.push({
        path: 'cron',
        message: `${schedule.cron} is never due again`,
        expected: 'a time to come',
      });
    if (first !== undefined && second !== undefined && second.wall - first.wall < leastApartMs)
      faults.push({
        path: 'cron',
        message: `${schedule.cron} is due more often than every 15 minutes`,
        expected: 'drills that can end before the next begins',
      });
  }
  const { flexibleMinutes, startWindowMinutes } = schedule;
  if (flexibleMinutes !== undefined && flexibleMinutes >= startWindowMinutes)
    faults.push({
      path: 'flexibleMinutes',
      message: `a drill may start ${flexibleMinutes} minutes late, and is skipped after ${startWindowMinutes}`,
      expected: `less than ${startWindowMinutes}, or a longer startWindowMinutes`,
    });
  return faults;
};
