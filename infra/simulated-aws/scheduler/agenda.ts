import { createFiring, type FiringDeps } from './firing.ts';
import { keyOf, nextOccurrence, occurrencesOf, type Schedule } from './schedule.ts';
import type { SchedulerStore } from './store.ts';

/** "One-time schedules": a schedule for 1:00 invokes its target between 1:00:00 and 1:00:59. */
const precisionMs = 60_000;

export interface Agenda {
  /** To be called whenever the schedule of this key was written or deleted. */
  changed(key: string): void;
}

/** Invokes each schedule's target when it is due, and sees to what follows. */
export const createAgenda = (deps: FiringDeps & { readonly store: SchedulerStore }): Agenda => {
  const { clock, random, store } = deps;
  const fire = createFiring(deps);
  const timers = new Map<string, () => void>();

  const handled = (key: string, schedule: Schedule, at: number): void => {
    const current = store.schedules.get(key);
    // The schedule may have been replaced or deleted while its target was being invoked.
    if (current?.modifiedAt !== schedule.modifiedAt) return;
    const isLast = nextOccurrence({ ...current, handledAt: at }) === undefined;
    if (isLast && current.input.ActionAfterCompletion === 'DELETE') store.write({ kind: 'deleted', key });
    else if (occurrencesOf(current.input).isOnce)
      store.write({ kind: 'schedule', schedule: { ...current, handledAt: at } });
  };
  const due = (key: string, schedule: Schedule, at: number): void => {
    // A recurring schedule goes on at its own pace, however long one invocation takes.
    if (!occurrencesOf(schedule.input).isOnce) {
      store.write({ kind: 'schedule', schedule: { ...schedule, handledAt: at } });
      changed(key);
    }
    fire(schedule, at, () => handled(key, schedule, at));
  };
  const changed = (key: string): void => {
    timers.get(key)?.();
    timers.delete(key);
    const schedule = store.schedules.get(key);
    const at = schedule && nextOccurrence(schedule);
    if (schedule === undefined || at === undefined) return;
    const { FlexibleTimeWindow: window } = schedule.input;
    const windowMs = window.Mode === 'OFF' ? 0 : window.MaximumWindowInMinutes * 60_000;
    const delayMs = at - clock.now() + Math.floor(random() * (precisionMs + windowMs));
    timers.set(
      key,
      clock.after(delayMs, () => due(key, schedule, at)),
    );
  };

  for (const schedule of store.schedules.values()) changed(keyOf(schedule.input.GroupName, schedule.name));
  return { changed };
};
