const two = (value: number): string => String(value).padStart(2, '0');

/** A duration as people say it: `3.9s`, `5m 00s`, `1h 02m`. */
export const durationText = (ms: number): string => {
  const seconds = Math.round(Math.max(0, ms) / 1_000);
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)}s`;
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3_600)}h ${two(Math.floor((seconds % 3_600) / 60))}m`;
};

/** `2026-11-23 14:02:11`, in UTC as in every record. */
export const timeText = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** The same without its date, and without its seconds. */
export const timeOfDay = (at: number): string => timeText(at).slice('2026-11-23 '.length);
export const dateAndTime = (at: number): string => timeText(at).slice(0, -':11'.length);

/**
 * The same instant on the reader's own clocks, `16:02 CET`, with its date where that is another; empty where they show
 * UTC anyway. `zone` is a name of the IANA database; without one it is the zone of whoever reads.
 */
export const localText = (at: number, zone?: string): string => {
  const inZone = zone === undefined ? {} : { timeZone: zone };
  // Swedish writes dates and times as the records do.
  const here = new Date(at).toLocaleString('sv-SE', inZone).slice(0, -':11'.length);
  const utc = dateAndTime(at);
  if (here === utc) return '';
  const named = new Date(at).toLocaleTimeString('en-GB', { ...inZone, timeZoneName: 'short' });
  const [date = '', time = ''] = here.split(' ');
  return `${utc.startsWith(date) ? time : here} ${named.split(' ').at(-1) ?? ''}`;
};

/** An instant in UTC, and on the reader's own clocks where those differ: `2026-11-23 14:02 UTC (15:02 CET)`. */
export const dateTimeAndLocal = (at: number, zone?: string): string => {
  const local = localText(at, zone);
  return `${dateAndTime(at)} UTC${local === '' ? '' : ` (${local})`}`;
};
