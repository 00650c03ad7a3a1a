/**
 * A time as DRS really writes it: microseconds and `+00:00`, although the pattern in its service model
 * asks for a trailing Z. Times are epoch milliseconds, whose fraction carries the microseconds.
 */
export const timestampOf = (atMs: number): string => {
  const micros = Math.round(atMs * 1000);
  const wholeMs = Math.floor(micros / 1000);
  const millis = new Date(wholeMs).toISOString().slice(0, -1);
  return `${millis}${String(micros - wholeMs * 1000).padStart(3, '0')}+00:00`;
};

const pattern = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** Epoch milliseconds of an ISO 8601 time with its microseconds, or undefined if it is none. */
export const parseTimestamp = (text: string): number | undefined => {
  const [, whole, fraction = '', zone] = pattern.exec(text) ?? [];
  const seconds = Date.parse(`${whole}${zone}`);
  return Number.isNaN(seconds) ? undefined : seconds + Number(`0${fraction}`) * 1000;
};

/** The time of an event on the bus, which has whole seconds. */
export const eventTimeOf = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** Rounded to the microsecond, the grain of DRS's times. */
export const toMicros = (ms: number): number => Math.round(ms * 1000) / 1000;

/** An ISO 8601 duration such as P2DT1H32M12.5S; none at all is P0D. */
export const durationOf = (ms: number): string => {
  const days = Math.floor(ms / 86_400_000);
  const hours = Math.floor(ms / 3_600_000) % 24;
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = toMicros((ms % 60_000) / 1000);
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes > 0 ? `${minutes}M` : ''}${seconds > 0 ? `${seconds}S` : ''}`;
  if (days === 0 && time === '') return 'P0D';
  return `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
};

const durationPattern = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;

/** Milliseconds of a duration in the form that `durationOf` writes. */
export const parseDuration = (text: string): number => {
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = durationPattern.exec(text) ?? [];
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
};
