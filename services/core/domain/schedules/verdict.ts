import type { Schedule } from '../../../../contracts/schedule.ts';
import type { skipReasons } from '../../../../contracts/schedule-events.ts';
import { nextOccurrences } from './occurrences.ts';
import { wallAt } from './wall-time.ts';

export interface Skip {
  readonly reason: (typeof skipReasons)[number];
  readonly message: string;
}

const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Since the beginning of the week, Sunday at midnight. */
const inWeek = (text: string): number => {
  const [day = '', hour = '0', minute = '0'] = text.split(':');
  return ((days.indexOf(day) * 24 + Number(hour)) * 60 + Number(minute)) * minuteMs;
};

const isIn = (window: string, wall: number): boolean => {
  const [from = '', to = ''] = window.split('-');
  const [begin, end] = [inWeek(from), inWeek(to)];
  const date = new Date(wall);
  const at = (date.getUTCDay() * 24 * 60 + date.getUTCHours() * 60 + date.getUTCMinutes()) * minuteMs;
  // One that ends where it begins lasts the whole week.
  const length = (end - begin + weekMs) % weekMs || weekMs;
  return (at - begin + weekMs) % weekMs < length;
};

/** What the schedule itself says against a start at an instant. */
export const blockedAt = (
  { blockedDates, blockedWindows, zone }: Pick<Schedule, 'blockedDates' | 'blockedWindows' | 'zone'>,
  at: number,
): Skip | undefined => {
  const wall = wallAt(at, zone);
  const date = new Date(wall).toISOString().slice(0, 10);
  if (blockedDates.includes(date))
    return { reason: 'blocked-date', message: `${date} is one of its blocked dates` };
  const window = blockedWindows.find((each) => isIn(each, wall));
  return window === undefined
    ? undefined
    : { reason: 'blocked-window', message: `it lies in the blocked window ${window}` };
};

/** A drill that is delivered too late is not held: whoever is there by then expects none. */
export const lateBy = (
  { startWindowMinutes }: Pick<Schedule, 'startWindowMinutes'>,
  scheduledAt: number,
  now: number,
): Skip | undefined => {
  const minutes = Math.ceil((now - scheduledAt) / minuteMs);
  return minutes <= startWindowMinutes
    ? undefined
    : {
        reason: 'late',
        message: `it was delivered ${minutes} minutes after its time, and its start window is ${startWindowMinutes}`,
      };
};

/** What calendars say of a moment together. */
export interface CalendarState {
  readonly isOpen: boolean;
  /** Epoch ms; absent where none is known. */
  readonly changesAt?: number;
}

/** Calendars have to be open until the drill and its clean-up should be over. */
export const closedFor = (
  { isOpen, changesAt }: CalendarState,
  now: number,
  expectedMinutes: number,
): Skip | undefined => {
  const until = changesAt === undefined ? '' : ` until ${new Date(changesAt).toISOString()}`;
  if (!isOpen) return { reason: 'calendar-closed', message: `its calendars are closed${until}` };
  return changesAt !== undefined && changesAt < now + expectedMinutes * minuteMs
    ? {
        reason: 'calendar-closed',
        message: `its calendars close at ${new Date(changesAt).toISOString()}, and the drill should take ${expectedMinutes} minutes with its clean-up`,
      }
    : undefined;
};

/** A time to come, as people read it. */
export interface NextTime {
  /** On the clocks of its zone. */
  readonly local: string;
  /** ISO 8601; absent where the clocks go forward over it. */
  readonly at?: string;
  /** Why it will not be held, as far as the schedule itself says so. */
  readonly skipped?: string;
}

export const nextTimes = (schedule: Schedule, after: number, count: number): NextTime[] =>
  nextOccurrences(schedule, after, count).map(({ wall, at }) => {
    const skipped =
      at === undefined ? 'the clocks go forward: this time does not exist' : blockedAt(schedule, at)?.message;
    return {
      local: new Date(wall).toISOString().slice(0, 16).replace('T', ' '),
      ...(at !== undefined && { at: new Date(at).toISOString() }),
      ...(skipped !== undefined && { skipped }),
    };
  });
