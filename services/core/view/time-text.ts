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
