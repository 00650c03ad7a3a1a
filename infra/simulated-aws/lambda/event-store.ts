import type { Journal } from '../journal.ts';
import type { DurableExecution, FunctionFault } from './function.ts';

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
  | { readonly kind: 'finished'; readonly requestId: string }
  | { readonly kind: 'durable'; readonly execution: DurableExecution }
  /** Reserved concurrency of a function; absent: none any more. */
  | { readonly kind: 'reserved'; readonly functionName: string; readonly concurrency?: number };

export interface EventStore {
  readonly events: ReadonlyMap<string, PendingEvent>;
  /** By the function's name. */
  readonly reserved: ReadonlyMap<string, number>;
  /** By their ARN. */
  readonly durable: ReadonlyMap<string, DurableExecution>;
  write(record: LambdaRecord): void;
}

const compactAfter = 10_000;

/** The events on their way, in memory and in the journal. */
export const createEventStore = (journal: Journal<LambdaRecord>): EventStore => {
  const events = new Map<string, PendingEvent>();
  const reserved = new Map<string, number>();
  const durable = new Map<string, DurableExecution>();
  let lines = 0;

  const apply = (record: LambdaRecord): void => {
    if (record.kind === 'reserved') {
      if (record.concurrency === undefined) reserved.delete(record.functionName);
      else reserved.set(record.functionName, record.concurrency);
    } else if (record.kind === 'durable') durable.set(record.execution.arn, record.execution);
    else if (record.kind === 'accepted') events.set(record.event.requestId, record.event);
    else if (record.kind === 'finished') events.delete(record.requestId);
    else {
      const event = events.get(record.requestId);
      if (event !== undefined) events.set(record.requestId, { ...event, ...record.progress });
    }
  };
  const compact = (): void => {
    journal.compact([
      ...[...reserved].map(([functionName, concurrency]) => ({
        ...{ kind: 'reserved' as const, functionName, concurrency },
      })),
      ...[...durable.values()].map((execution) => ({ kind: 'durable' as const, execution })),
      ...[...events.values()].map((event) => ({ kind: 'accepted' as const, event })),
    ]);
    lines = events.size + reserved.size + durable.size;
  };

  journal.records.forEach(apply);
  if (journal.records.length > 0) compact();
  return {
    events,
    reserved,
    durable,
    write(record) {
      journal.append(record);
      apply(record);
      lines += 1;
      if (lines > compactAfter && lines > 10 * events.size) compact();
    },
  };
};
