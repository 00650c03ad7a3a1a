import type { Journal } from '../journal.ts';
import { type Invocation, keyOf, type Schedule, type SchedulerRecord } from './schedule.ts';

export interface SchedulerStore {
  readonly groups: ReadonlyMap<string, number>;
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** Those that are not over. */
  readonly invocations: ReadonlyMap<string, Invocation>;
  write(record: SchedulerRecord): void;
}

/** Schedules and invocations, in memory and in the journal. */
export const createSchedulerStore = (journal: Journal<SchedulerRecord>): SchedulerStore => {
  const groups = new Map([['default', 0]]);
  const schedules = new Map<string, Schedule>();
  const invocations = new Map<string, Invocation>();
  const apply = (record: SchedulerRecord): void => {
    switch (record.kind) {
      case 'group':
        return void groups.set(record.name, record.at);
      case 'group-deleted':
        groups.delete(record.name);
        for (const [key, { input }] of schedules) if (input.GroupName === record.name) schedules.delete(key);
        return;
      case 'schedule': {
        const { GroupName, Name } = record.schedule.input;
        return void schedules.set(keyOf(GroupName, Name), record.schedule);
      }
      case 'schedule-deleted':
        return void schedules.delete(record.key);
      case 'invocation':
        return void invocations.set(record.invocation.id, record.invocation);
      case 'invoked':
        return void invocations.delete(record.id);
    }
  };
  journal.records.forEach(apply);
  if (journal.records.length > 0)
    journal.compact([
      ...[...groups].map(([name, at]) => ({ kind: 'group' as const, name, at })),
      ...[...schedules.values()].map((schedule) => ({ kind: 'schedule' as const, schedule })),
      ...[...invocations.values()].map((invocation) => ({ kind: 'invocation' as const, invocation })),
    ]);
  return {
    ...{ groups, schedules, invocations },
    write(record) {
      journal.append(record);
      apply(record);
    },
  };
};
