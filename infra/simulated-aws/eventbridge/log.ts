import type { Journal } from '../journal.ts';
import type { EventBridgeRecord } from './record.ts';

/** A part of the state: how many records would restate it, and those records. */
export interface LogSource {
  size(): number;
  records(): Iterable<EventBridgeRecord>;
  /** Forgets what need not be kept, before a rewriting. */
  tidy?(): void;
}

/** The journal with its upkeep: it is rewritten whenever most of what it holds no longer counts. */
export interface Log {
  readonly records: readonly EventBridgeRecord[];
  register(source: LogSource): void;
  /** To be called after the change of state that the record tells of, since it may rewrite the journal. */
  append(record: EventBridgeRecord): void;
  /** All sources are registered and restored: rewrites the journal if that shortens it. */
  opened(): void;
}

/**
 * Rewriting costs as much as what is alive, so it waits until more is dead than alive and more than
 * `deadRecordsMax`: the journal stays below twice its least size, at a constant cost per record.
 */
export const createLog = (journal: Journal<EventBridgeRecord>, deadRecordsMax: number): Log => {
  const sources: LogSource[] = [];
  let total = journal.records.length;
  let isOpen = false;
  const alive = (): number => sources.reduce((sum, source) => sum + source.size(), 0);
  const compact = (): void => {
    sources.forEach((source) => source.tidy?.());
    const records = sources.flatMap((source) => [...source.records()]);
    journal.compact(records);
    total = records.length;
  };
  return {
    records: journal.records,
    register: (source) => void sources.push(source),
    append(record) {
      journal.append(record);
      total++;
      if (!isOpen || total <= deadRecordsMax) return;
      const living = alive();
      if (total - living > Math.max(deadRecordsMax, living)) compact();
    },
    opened() {
      isOpen = true;
      if (total > alive()) compact();
    },
  };
};
