import type { Journal } from '../journal.ts';
import type { FunctionFault } from './function.ts';

/** An accepted asynchronous invocation that has not come to its end. Times in epoch ms. */
export interface PendingEvent {
  readonly requestId: string;
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  readonly acceptedAt: number;
  readonly dueAt: number;
  readonly attempts: number;
  readonly throttles: number;
  readonly fault?: FunctionFault;
}

type Progress = Pick<PendingEvent, 'dueAt' | 'attempts' | 'throttles' | 'fault'>;

export type LambdaRecord =
  | { readonly kind: 'accepted'; readonly event: PendingEvent }
  | { readonly kind: 'postponed'; readonly requestId: string; readonly progress: Progress }
  | { readonly kind: 'finished'; readonly requestId: string };

export interface EventStore {
  readonly events: ReadonlyMap<string, PendingEvent>;
  write(record: LambdaRecord): void;
}

const compactAfter = 10_000;

/** The events on their way, in memory and in the journal. */
export const createEventStore = (journal: Journal<LambdaRecord>): EventStore => {
  const events = new Map<string, PendingEvent>();
  let lines = 0;

  const apply = (record: LambdaRecord): void => {
    if (record.kind === 'accepted') events.set(record.event.requestId, record.event);
    else if (record.kind === 'finished') events.delete(record.requestId);
    else {
      const event = events.get(record.requestId);
      if (event !== undefined) events.set(record.requestId, { ...event, ...record.progress });
    }
  };
  const compact = (): void => {
    journal.compact([...events.values()].map((event) => ({ kind: 'accepted', event })));
    lines = events.size;
  };

  journal.records.forEach(apply);
  if (journal.records.length > 0) compact();
  return {
    events,
    write(record) {
      journal.append(record);
      apply(record);
      lines += 1;
      if (lines > compactAfter && lines > 10 * events.size) compact();
    },
  };
};
