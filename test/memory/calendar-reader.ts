import type { CalendarReader } from '../../services/core/ports/calendar-reader.ts';

/** Change Calendars of a model: each name's state; open and without an end where none is given. */
export const createMemoryCalendarReader = (
  stateOf: (name: string) => { readonly isOpen: boolean; readonly changesAt?: number } = () => ({
    isOpen: true,
  }),
): CalendarReader => ({
  read: async (names) => {
    const states = names.map(stateOf);
    const isOpen = states.every((each) => each.isOpen);
    const instants = states.flatMap(({ changesAt }) => changesAt ?? []);
    return { isOpen, ...(instants.length > 0 && { changesAt: Math.min(...instants) }) };
  },
});
