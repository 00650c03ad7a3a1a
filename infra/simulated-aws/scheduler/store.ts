import type { Journal } from '../journal.ts';
import { keyOf, type Schedule } from './schedule.ts';

export type SchedulerRecord =
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'deleted'; readonly key: string };

export interface SchedulerStore {
  readonly schedules: ReadonlyMap<string, Schedule>;
  write(record: SchedulerRecord): void;
}

const compactAfter = 5_000;

export const createSchedulerStore = (journal: Journal<SchedulerRecord>): SchedulerStore => {
  const schedules = new Map<string, Schedule>();
  let lines = 0;

  const apply = (record: SchedulerRecord): void => {
    if (record.kind === 'deleted') schedules.delete(record.key);
    else schedules.set(keyOf(record.schedule.input.GroupName, record.schedule.name), record.schedule);
  };
  const compact = (): void => {
    journal.compact([...schedules.values()].map((schedule) => ({ kind: 'schedule', schedule })));
    lines = schedules.size;
  };
  journal.records.forEach(apply);
  if (journal.records.length > 0) compact();

  return {
    schedules,
    write(record) {
      journal.append(record);
      apply(record);
      lines += 1;
      if (lines > compactAfter && lines > 10 * schedules.size) compact();
    },
  };
};
