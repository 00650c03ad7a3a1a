import * as z from 'zod';
import { operation, type Operations } from '../protocols/operation.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { CalendarFault, type ChangeCalendar, parseCalendar, stateAt } from './calendar.ts';
import { nameOf } from './documents.ts';
import type { SsmScenario } from './scenario.ts';
import type { SsmStore, StoredCalendar } from './store.ts';

export const calendarType = 'ChangeCalendar';

const readCalendar = (text: string): ChangeCalendar => {
  try {
    return parseCalendar(text);
  } catch (error) {
    if (!(error instanceof CalendarFault)) throw error;
    throw new ServiceError('InvalidDocumentContent', error.message);
  }
};

/** The calendars of a scenario; throws for one that cannot be read. */
export const calendarsOf = ({ calendars }: SsmScenario): readonly StoredCalendar[] =>
  Object.entries(calendars).map(([name, text]) => {
    parseCalendar(text);
    return { name, text, version: 1, createdAt: 0 };
  });

/** Keeps a calendar's text once it can be read, and answers its DocumentDescription. */
export const writeCalendar = (store: SsmStore, name: string, text: string, now: number): unknown => {
  readCalendar(text);
  const known = store.calendars.get(name);
  const version = (known?.version ?? 0) + 1;
  store.write({ kind: 'calendar', calendar: { name, text, version, createdAt: known?.createdAt ?? now } });
  return {
    ...{ Name: name, DocumentType: calendarType, DocumentFormat: 'TEXT', Status: 'Active', Owner: 'Self' },
    ...{ DocumentVersion: String(version), LatestVersion: String(version), DefaultVersion: String(version) },
  };
};

const update = z.object({
  Name: z.string(),
  Content: z.string().min(1),
  DocumentVersion: z.string().optional(),
});

const asked = z.object({
  CalendarNames: z.array(z.string().min(1)).min(1),
  AtTime: z.iso.datetime({ offset: true }).optional(),
});

const named = (store: SsmStore, nameOrArn: string): StoredCalendar => {
  const name = nameOf(nameOrArn);
  const calendar = store.calendars.get(name);
  if (calendar !== undefined) return calendar;
  if (store.documents.has(name))
    throw new ServiceError('InvalidDocumentType', `Document ${name} is no ${calendarType}.`);
  throw new ServiceError('InvalidDocument', `Document with name ${name} does not exist.`);
};

const isoSeconds = (at: number): string => new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The operations on Change Calendars beside those that every document has. */
export const calendarOperations = (store: SsmStore, now: () => number): Operations => ({
  UpdateDocument: operation(update, ({ Name, Content }) => ({
    DocumentDescription: writeCalendar(store, named(store, Name).name, Content, now()),
  })),
  GetCalendarState: operation(asked, ({ CalendarNames, AtTime }) => {
    const calendars = CalendarNames.map((name) => parseCalendar(named(store, name).text));
    const at = AtTime === undefined ? now() : Date.parse(AtTime);
    const { isOpen, changesAt } = stateAt(calendars, at);
    return {
      State: isOpen ? 'OPEN' : 'CLOSED',
      AtTime: isoSeconds(at),
      ...(changesAt !== undefined && { NextTransitionTime: isoSeconds(changesAt) }),
    };
  }),
});
