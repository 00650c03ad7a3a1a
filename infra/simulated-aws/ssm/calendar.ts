import { instantOf, isZone, wallAt } from '../time/wall-time.ts';

/** A Change Calendar: by default open or closed, and otherwise while one of its events lasts. */
export interface ChangeCalendar {
  readonly isOpenByDefault: boolean;
  readonly events: readonly CalendarEvent[];
}

interface CalendarEvent {
  /** What the wall of its zone shows at its first start. */
  readonly start: number;
  readonly zone: string;
  readonly durationMs: number;
  readonly rule?: Recurrence;
  /** Starts that are left out, on the wall of its zone. */
  readonly except: ReadonlySet<number>;
}

interface Recurrence {
  readonly everyDays: number;
  /** Sunday is 0; absent: every day. */
  readonly weekdays?: readonly number[];
  readonly until?: number;
  readonly count?: number;
}

/** That a text is no calendar that the simulation can keep, and at what it fails. */
export class CalendarFault extends Error {}

const isFreq = (text: string | undefined): text is 'DAILY' | 'WEEKLY' =>
  text === 'DAILY' || text === 'WEEKLY';

const minuteMs = 60_000;
const dayMs = 86_400_000;

interface Property {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly value: string;
}

const lineForm = /^([A-Za-z-]+)((?:;[^:]+)?):(.*)$/;

/** RFC 5545: a line that begins with a space goes on with the one before it. */
const propertiesIn = (text: string): readonly Property[] =>
  text
    .replaceAll(/\r?\n[ \t]/g, '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [, name = '', parameters = '', value = ''] = lineForm.exec(line) ?? [];
      if (name === '') throw new CalendarFault(`The line ${line} is no property.`);
      const named = parameters
        .split(';')
        .filter(Boolean)
        .map((each) => each.split('=') as [string, string]);
      return {
        name: name.toUpperCase(),
        parameters: Object.fromEntries(named.map(([key, given]) => [key.toUpperCase(), given])),
        value,
      };
    });

const dateForm = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/;

interface Moment {
  readonly wall: number;
  readonly zone: string;
  readonly isDate: boolean;
}

const momentOf = ({ name, value, parameters }: Property): Moment => {
  const [, year, month, day, hour, minute = '0', second = '0', utc] = dateForm.exec(value) ?? [];
  if (year === undefined) throw new CalendarFault(`${name}:${value} is no date or time.`);
  const zone = utc === 'Z' ? 'UTC' : (parameters['TZID'] ?? 'UTC');
  if (!isZone(zone)) throw new CalendarFault(`TZID=${zone} is no time zone of the IANA database.`);
  const wall = Date.UTC(
    ...([Number(year), Number(month) - 1, Number(day), Number(hour ?? 0)] as const),
    Number(minute),
    Number(second),
  );
  return { wall, zone, isDate: hour === undefined };
};

const durationForm = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

const durationOf = (value: string): number => {
  const found = durationForm.exec(value);
  if (found === null) throw new CalendarFault(`DURATION:${value} is not simulated.`);
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return (weeks * 7 + days) * dayMs + hours * 60 * minuteMs + minutes * minuteMs + seconds * 1_000;
};

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** FREQ=DAILY and WEEKLY with INTERVAL, BYDAY, UNTIL and COUNT: whatever else a rule says is refused by its name. */
const recurrenceOf = (value: string, { zone }: Moment): Recurrence => {
  const parts = Object.fromEntries(value.split(';').map((part) => part.split('=') as [string, string]));
  const { FREQ, INTERVAL = '1', BYDAY, UNTIL, COUNT, WKST: _week, ...others } = parts;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new CalendarFault(`${unknown} in an RRULE is not simulated.`);
  if (!isFreq(FREQ))
    throw new CalendarFault(`FREQ=${FREQ ?? ''} in an RRULE is not simulated: DAILY and WEEKLY are.`);
  const named = BYDAY?.split(',').map((day) => weekdays.indexOf(day));
  if (named?.includes(-1) === true) throw new CalendarFault(`BYDAY=${BYDAY ?? ''} is not simulated.`);
  const interval = Number(INTERVAL);
  if (named !== undefined && interval !== 1)
    throw new CalendarFault('INTERVAL beside BYDAY in an RRULE is not simulated.');
  const until = UNTIL === undefined ? undefined : untilOf(UNTIL, zone);
  return {
    everyDays: FREQ === 'WEEKLY' ? (named === undefined ? 7 * interval : 1) : interval,
    ...(named !== undefined && { weekdays: named }),
    ...(until !== undefined && { until }),
    ...(COUNT !== undefined && { count: Number(COUNT) }),
  };
};

/** On the wall of the event's zone. */
const untilOf = (value: string, zone: string): number => {
  const { wall, zone: given, isDate } = momentOf({ name: 'UNTIL', value, parameters: {} });
  if (isDate) return wall + dayMs - 1;
  return value.endsWith('Z') ? wallAt(instantOf(wall, given) ?? wall, zone) : wall;
};

/** What SSM and calendars of other makers put into an event, and what changes nothing about when it lasts. */
const ignored = new Set(
  'BEGIN END DTSTAMP UID SUMMARY DESCRIPTION LOCATION CREATED LAST-MODIFIED SEQUENCE STATUS TRANSP CLASS PRIORITY ORGANIZER ATTENDEE URL CATEGORIES X-APPLE-TRAVEL-ADVISORY-BEHAVIOR'.split(
    ' ',
  ),
);

const eventOf = (properties: readonly Property[]): CalendarEvent => {
  const only = (name: string): Property | undefined => properties.find((each) => each.name === name);
  const other = properties.find(
    ({ name }) =>
      !ignored.has(name) &&
      !name.startsWith('X-') &&
      !['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXDATE'].includes(name),
  );
  if (other !== undefined) throw new CalendarFault(`${other.name} in an event is not simulated.`);
  const begins = only('DTSTART');
  if (begins === undefined) throw new CalendarFault('An event has no DTSTART.');
  const start = momentOf(begins);
  const [ends, lasts, rule] = [only('DTEND'), only('DURATION'), only('RRULE')];
  const wallEnd = ends && momentOf(ends);
  const durationMs =
    wallEnd !== undefined
      ? wallEnd.wall - start.wall
      : lasts === undefined
        ? start.isDate
          ? dayMs
          : 0
        : durationOf(lasts.value);
  if (durationMs <= 0) throw new CalendarFault('An event ends before it begins.');
  const except = properties
    .filter(({ name }) => name === 'EXDATE')
    .flatMap((each) => each.value.split(',').map((value) => momentOf({ ...each, value }).wall));
  return {
    ...{ start: start.wall, zone: start.zone, durationMs, except: new Set(except) },
    ...(rule && { rule: recurrenceOf(rule.value, start) }),
  };
};

/** Reads the text of a Change Calendar, a strict part of iCalendar; throws a CalendarFault for the rest. */
export const parseCalendar = (text: string): ChangeCalendar => {
  const properties = propertiesIn(text);
  if (properties[0]?.name !== 'BEGIN' || properties[0].value !== 'VCALENDAR')
    throw new CalendarFault('It does not begin with BEGIN:VCALENDAR.');
  const kind = properties.find(({ name }) => name === 'X-CALENDAR-TYPE')?.value;
  if (kind !== 'DEFAULT_OPEN' && kind !== 'DEFAULT_CLOSED')
    throw new CalendarFault('X-CALENDAR-TYPE must be DEFAULT_OPEN or DEFAULT_CLOSED.');
  const events: CalendarEvent[] = [];
  let inside: Property[] | undefined;
  for (const property of properties) {
    if (property.name === 'BEGIN' && property.value === 'VEVENT') inside = [];
    inside?.push(property);
    if (property.name === 'END' && property.value === 'VEVENT' && inside !== undefined) {
      events.push(eventOf(inside));
      inside = undefined;
    }
  }
  return { isOpenByDefault: kind === 'DEFAULT_OPEN', events };
};

/** So many starts of one event are looked at on either side of a moment. */
const startsMax = 4_000;

/** Spans of an event that end after `from`, in order, until one begins after `to`. */
const spansOf = (
  { start, zone, durationMs, rule, except }: CalendarEvent,
  from: number,
  to: number,
): readonly (readonly [number, number])[] => {
  const spans: (readonly [number, number])[] = [];
  const add = (wall: number): void => {
    const begin = instantOf(wall, zone);
    const end = instantOf(wall + durationMs, zone) ?? (begin === undefined ? undefined : begin + durationMs);
    if (begin !== undefined && end !== undefined && end > from && begin <= to && !except.has(wall))
      spans.push([begin, end]);
  };
  if (rule === undefined) {
    add(start);
    return spans;
  }
  const stepMs = rule.everyDays * dayMs;
  const isCounted = rule.count !== undefined;
  const skipped = isCounted ? 0 : Math.max(0, Math.floor((from - durationMs - 2 * dayMs - start) / stepMs));
  let counted = 0;
  for (let n = skipped; n < skipped + startsMax; n++) {
    const wall = start + n * stepMs;
    if (wall > to + dayMs || (rule.until !== undefined && wall > rule.until)) break;
    if (rule.weekdays !== undefined && !rule.weekdays.includes(new Date(wall).getUTCDay())) continue;
    if (rule.count !== undefined && ++counted > rule.count) break;
    add(wall);
  }
  return spans;
};

const isOpenAt = (calendar: ChangeCalendar, at: number): boolean => {
  const lasts = calendar.events.some((event) =>
    spansOf(event, at, at).some(([begin, end]) => begin <= at && at < end),
  );
  return lasts !== calendar.isOpenByDefault;
};

/** GetCalendarState looks a year ahead. */
const aheadMs = 366 * dayMs;

/** Whether all calendars are open at a moment, and when that next changes, if it does within a year. */
export const stateAt = (
  calendars: readonly ChangeCalendar[],
  at: number,
): { readonly isOpen: boolean; readonly changesAt?: number } => {
  const isOpen = calendars.every((calendar) => isOpenAt(calendar, at));
  const edges = calendars
    .flatMap(({ events }) => events.flatMap((event) => spansOf(event, at, at + aheadMs)))
    .flat()
    .filter((edge) => edge > at)
    .sort((a, b) => a - b);
  const changesAt = edges.find((edge) => calendars.every((each) => isOpenAt(each, edge)) !== isOpen);
  return { isOpen, ...(changesAt !== undefined && { changesAt }) };
};
