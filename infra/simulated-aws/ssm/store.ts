import type { Journal } from '../journal.ts';
import type { AutomationDocument } from './document.ts';
import type { ExecutionRecord } from './execution.ts';

export interface StoredParameter {
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
  readonly modifiedAt: number;
  /** The versions before this one, oldest first. */
  readonly earlier?: readonly Pick<StoredParameter, 'value' | 'version' | 'modifiedAt'>[];
  /** The version that each label is on. */
  readonly labels?: Readonly<Record<string, number>>;
}

/** A document of the type ChangeCalendar, as it was written last. */
export interface StoredCalendar {
  readonly name: string;
  readonly text: string;
  readonly version: number;
  readonly createdAt: number;
}

/** One line of the journal: the newest of each name or id stands. */
export type SsmRecord =
  | { readonly kind: 'document'; readonly document: AutomationDocument }
  | { readonly kind: 'calendar'; readonly calendar: StoredCalendar }
  | { readonly kind: 'parameter'; readonly parameter: StoredParameter }
  | { readonly kind: 'execution'; readonly execution: ExecutionRecord };

export interface SsmStore {
  readonly documents: ReadonlyMap<string, AutomationDocument>;
  readonly calendars: ReadonlyMap<string, StoredCalendar>;
  readonly parameters: ReadonlyMap<string, StoredParameter>;
  readonly executions: ReadonlyMap<string, ExecutionRecord>;
  write(record: SsmRecord): void;
}

/** AWS keeps the history of automations for 30 days ("AWS Systems Manager endpoints and quotas"). */
const historyMs = 30 * 24 * 60 * 60 * 1000;

/** What was written, in memory and in the journal. Documents of `given` exist without being written. */
export const createSsmStore = (
  journal: Journal<SsmRecord>,
  given: readonly AutomationDocument[],
  now: number,
  givenCalendars: readonly StoredCalendar[] = [],
): SsmStore => {
  const documents = new Map(given.map((document) => [document.name, document]));
  const calendars = new Map(givenCalendars.map((calendar) => [calendar.name, calendar]));
  const parameters = new Map<string, StoredParameter>();
  const executions = new Map<string, ExecutionRecord>();

  const apply = (record: SsmRecord): void => {
    if (record.kind === 'document') documents.set(record.document.name, record.document);
    else if (record.kind === 'calendar') calendars.set(record.calendar.name, record.calendar);
    else if (record.kind === 'parameter') parameters.set(record.parameter.name, record.parameter);
    else executions.set(record.execution.id, record.execution);
  };
  journal.records.forEach(apply);
  for (const [id, { startedAt }] of executions) if (startedAt < now - historyMs) executions.delete(id);

  const live = (): readonly SsmRecord[] => [
    ...[...documents.values()]
      .filter(({ content }) => content !== undefined)
      .map((document) => ({ kind: 'document' as const, document })),
    ...[...calendars.values()].map((calendar) => ({ kind: 'calendar' as const, calendar })),
    ...[...parameters.values()].map((parameter) => ({ kind: 'parameter' as const, parameter })),
    ...[...executions.values()].map((execution) => ({ kind: 'execution' as const, execution })),
  ];
  if (journal.records.length > 0) journal.compact(live());

  return {
    documents,
    calendars,
    parameters,
    executions,
    write(record) {
      journal.append(record);
      apply(record);
    },
  };
};
