import type { Log } from './log.ts';
import type { EventBridgeRecord, RowKind, RowRecord, Rows } from './record.ts';

/** Resources of one kind by key, every change of which outlives the process. */
export interface Table<K extends RowKind> {
  get(key: string): Rows[K] | undefined;
  set(key: string, row: Rows[K]): void;
  delete(key: string): void;
  values(): Iterable<Rows[K]>;
  readonly size: number;
}

const isRowOf =
  <K extends RowKind>(kind: K) =>
  (record: EventBridgeRecord): record is RowRecord<K> =>
    record.kind === 'row' && record.of === kind;

/** Restores a table from the log and keeps it there. */
export const createTable = <K extends RowKind>(log: Log, of: K): Table<K> => {
  const rows = new Map<string, Rows[K]>();
  for (const { key, row } of log.records.filter(isRowOf(of))) {
    if (row === undefined) rows.delete(key);
    else rows.set(key, row);
  }
  log.register({
    size: () => rows.size,
    records: () => [...rows].map(([key, row]) => ({ kind: 'row', of, key, row })),
  });
  return {
    get: (key) => rows.get(key),
    set(key, row) {
      rows.set(key, row);
      log.append({ kind: 'row', of, key, row });
    },
    delete(key) {
      if (rows.delete(key)) log.append({ kind: 'row', of, key });
    },
    values: () => rows.values(),
    get size() {
      return rows.size;
    },
  };
};
