import type { CalendarAnswer } from '../domain/calendar-hold.ts';
import type { CalendarReader } from '../ports/calendar-reader.ts';
import { reasonOf } from './reason-of.ts';

const closedText = (name: string, opensAt: number | undefined): string =>
  `the calendar ${name} is closed${opensAt === undefined ? '' : ` until ${new Date(opensAt).toISOString()}`}`;

/** SSM says of several calendars only that one of them is closed: each is asked for itself to name it. */
const closedOf = async (reader: CalendarReader, names: readonly string[]): Promise<CalendarAnswer> => {
  const closed: { readonly name: string; readonly changesAt?: number }[] = [];
  for (const name of names) {
    const state = await reader.read([name]);
    if (!state.isOpen) closed.push({ name, ...state });
  }
  // The last of them has opened since.
  if (closed.length === 0) return { isOpen: true };
  const instants = closed.map(({ changesAt }) => changesAt ?? Infinity);
  const opensAt = Math.max(...instants);
  return {
    isOpen: false,
    calendars: closed.map(({ name }) => name),
    message: closed.map(({ name, changesAt }) => closedText(name, changesAt)).join('; '),
    ...(opensAt < Infinity && { opensAt }),
  };
};

/** What the calendars say now; one that cannot be asked counts as closed. Never throws. */
export const askCalendars = async (
  reader: CalendarReader,
  names: readonly string[],
): Promise<CalendarAnswer> => {
  try {
    const { isOpen } = await reader.read(names);
    return isOpen ? { isOpen } : await closedOf(reader, names);
  } catch (error) {
    const message = `the calendars ${names.join(', ')} cannot be asked: ${reasonOf(error)}`;
    return { isOpen: false, calendars: names, message };
  }
};
