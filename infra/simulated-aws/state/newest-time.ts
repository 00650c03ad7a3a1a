import { existsSync, readFileSync } from 'node:fs';

const parsed = (text: unknown): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
};

/** Nobody but AWS can put events of its own services. */
const isOfAws = (source: string): boolean => source.startsWith('aws.');

const timeOf = (line: string, trustedSource: string | undefined): number => {
  const { event } = parsed(line);
  const { source, time } = parsed(event);
  const from = String(source);
  return from === trustedSource || isOfAws(from) ? Date.parse(String(time)) : Number.NaN;
};

/**
 * The time of the newest event of AWS, or of a source that is trusted, in a bus's journal, epoch ms; undefined where
 * there is none. Events of others do not count: they may say whatever time they like.
 */
export const newestTimeIn = (journalFile: string, trustedSource?: string): number | undefined => {
  if (!existsSync(journalFile)) return undefined;
  const times = readFileSync(journalFile, 'utf8')
    .split('\n')
    .map((line) => timeOf(line, trustedSource))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : times.reduce((newest, time) => Math.max(newest, time));
};
