import { existsSync, readFileSync } from 'node:fs';
import { eventSource } from '../../../contracts/envelope.ts';

const parsed = (text: unknown): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
};

const timeOf = (line: string): number => {
  const { event } = parsed(line);
  const { source, time } = parsed(event);
  return source === eventSource ? Date.parse(String(time)) : Number.NaN;
};

/**
 * The time of the product's newest event in the bus's journal, epoch ms; undefined where there is none.
 * Events of others do not count: they may say whatever time they like.
 */
export const newestTimeIn = (journalFile: string): number | undefined => {
  if (!existsSync(journalFile)) return undefined;
  const times = readFileSync(journalFile, 'utf8')
    .split('\n')
    .map(timeOf)
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : times.reduce((newest, time) => Math.max(newest, time));
};
