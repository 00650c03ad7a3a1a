const formats = new Map<string, Intl.DateTimeFormat>();

/** One is made for each zone: that costs a hundred times what using it does. */
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

/** What the clock of a zone shows, as if it were UTC: epoch ms. */
export const wallAt = (instant: number, zone: string): number => {
  const parts = formatOf(zone)
    .formatToParts(instant)
    .map(({ type, value }) => [type, Number(value)] as const);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

const dayMs = 86_400_000;

/** The first instant at which the clock of a zone shows this; undefined for a time that is left out in spring. */
export const instantOf = (wall: number, zone: string): number | undefined =>
  // No zone changes its offset twice within two days.
  [-dayMs, dayMs]
    .map((by) => wall - (wallAt(wall + by, zone) - (wall + by)))
    .filter((instant) => wallAt(instant, zone) === wall)
    .sort((a, b) => a - b)[0];
