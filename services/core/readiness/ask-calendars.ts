import type { ExecutionRequest, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan } from '../../../contracts/plan.ts';
import type { CalendarAnswer } from '../domain/calendar-hold.ts';
import type { Finding } from '../domain/readiness.ts';
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

/** Those of a plan and of whoever asks for it, each once. */
export const calendarNames = (
  { calendars: ofPlan = [] }: Pick<Plan, 'calendars'>,
  { calendars: ofRequest = [] }: Pick<ExecutionRequest, 'calendars'>,
): readonly string[] => [...new Set([...ofPlan, ...ofRequest])];

const calendarWarning = (
  names: readonly string[],
  said: string,
  mode: Mode,
  { waveId }: FrozenWave,
): Finding => ({
  level: 'warning',
  name: 'calendar-closed',
  waveId,
  message: `Change Calendars ${names.join(', ')}: ${said}; ${
    mode === 'DRILL' ? 'a drill pauses before its next wave' : 'a real recovery waits for none'
  }`,
});

/**
 * What a check and a start say of calendars that are closed or cannot be asked; it holds nothing up. All calendars are
 * asked in one call, so that a recovery never waits for several. Never throws.
 */
export const calendarFindings = async (
  reader: CalendarReader,
  names: readonly string[],
  [first]: readonly FrozenWave[],
  mode: Mode,
): Promise<readonly Finding[]> => {
  if (names.length === 0 || first === undefined) return [];
  try {
    const { isOpen, changesAt } = await reader.read(names);
    if (isOpen) return [];
    const next =
      changesAt === undefined ? '' : `, and the next change is at ${new Date(changesAt).toISOString()}`;
    return [calendarWarning(names, `closed${next}`, mode, first)];
  } catch (error) {
    return [
      calendarWarning(names, `SSM does not say whether they are open (${reasonOf(error)})`, mode, first),
    ];
  }
};
