import type { Scheduler } from '../memory/clock.ts';

export interface Agenda extends Scheduler {
  /** Goes to the next entry and runs it; false when there is none. */
  step(): boolean;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Virtual time as a heap of what is to happen, by time and then by the order in which it was asked for. */
export const createAgenda = (start: number): Agenda => {
  const heap: Entry[] = [];
  let now = start;
  let order = 0;

  const at = (index: number): Entry => {
    const entry = heap[index];
    if (entry === undefined) throw new Error('the agenda has no such entry');
    return entry;
  };
  const push = (entry: Entry): void => {
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, at(parent))) break;
      heap[index] = at(parent);
      index = parent;
    }
    heap[index] = entry;
  };
  const pop = (): Entry | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(at(child + 1), at(child))) child += 1;
      if (!before(at(child), last)) break;
      heap[index] = at(child);
      index = child;
    }
    heap[index] = last;
    return first;
  };

  return {
    now: () => now,
    after(ms, run) {
      const entry: Entry = { at: now + Math.max(0, Math.round(ms)), order: order++, run };
      push(entry);
      return () => (entry.run = undefined);
    },
    step() {
      for (let entry = pop(); entry !== undefined; entry = pop()) {
        if (entry.run === undefined) continue;
        now = entry.at;
        entry.run();
        return true;
      }
      return false;
    },
  };
};
