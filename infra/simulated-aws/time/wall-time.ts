/** The clock of a time zone on a wall, as if it were UTC: milliseconds that say what it shows. */
export type WallMs = number;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  formats.set(zone, format);
  return format;
};

/** Whether it is the name of a time zone in the IANA database. */
export const isZone = (zone: string): boolean => {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
};

/** What the clock of a zone shows at an instant. */
export const wallAt = (instant: number, zone: string): WallMs => {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (instant % 1_000);
};

const dayMs = 86_400_000;

/** The first instant at which the clock of a zone shows this; nothing for a time that is left out in spring. */
export const instantOf = (wall: WallMs, zone: string): number | undefined => {
  // No zone is further than a day from UTC, and none changes its offset twice within two days.
  const offsets = [-dayMs, dayMs].map((by) => wallAt(wall + by, zone) - (wall + by));
  return offsets
    .map((offset) => wall - offset)
    .filter((instant) => wallAt(instant, zone) === wall)
    .sort((a, b) => a - b)[0];
};
