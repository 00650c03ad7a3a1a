import { byText } from '../../services/core/kernel/by-text.ts';
import type {
  ExecutionIndex,
  RecordKey,
  RecordStore,
  StoredRecord,
} from '../../services/core/ports/record-store.ts';

interface Entry extends StoredRecord {
  readonly index: ExecutionIndex | undefined;
}

const byStart = (a: ExecutionIndex, b: ExecutionIndex): number => byText(a.startedAt, b.startedAt);

export interface MemoryRecordStore extends RecordStore {
  /** Another store with the same records, which goes its own way from here. */
  readonly copy: () => MemoryRecordStore;
}

type Kinds = Map<RecordKey['kind'], Map<string, Entry>>;

/** Records in memory. Bodies are kept as they are handed in, not copied: whoever writes one never changes it. */
export const createMemoryRecordStore = (): MemoryRecordStore => storeOver(new Map(), new Map());

/** `indexes` are of the executions, so that finding them does not read every stream of every wave. */
const storeOver = (kinds: Kinds, indexes: Map<string, ExecutionIndex>): MemoryRecordStore => {
  const recordsOf = (kind: RecordKey['kind']): Map<string, Entry> => {
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    const fresh = new Map<string, Entry>();
    kinds.set(kind, fresh);
    return fresh;
  };
  const setIndex = ({ kind, id }: RecordKey, index: ExecutionIndex | undefined): void => {
    const pk = `${kind}#${id}`;
    if (index === undefined) indexes.delete(pk);
    else indexes.set(pk, index);
  };

  return {
    copy: () =>
      storeOver(new Map([...kinds].map(([kind, records]) => [kind, new Map(records)])), new Map(indexes)),
    async read<Body>({ kind, id }: RecordKey): Promise<StoredRecord<Body> | undefined> {
      // Nobody but `write` puts bodies there, and it is typed by the same caller.
      return recordsOf(kind).get(id) as StoredRecord<Body> | undefined;
    },
    async write(key, body, expected, index) {
      const records = recordsOf(key.kind);
      const before = records.get(key.id);
      if ((before?.revision ?? 0) !== expected) return 'conflict';
      records.set(key.id, { revision: expected + 1, body, index });
      if (before?.index !== index) setIndex(key, index);
      return 'written';
    },
    async remove(key, expected) {
      const records = recordsOf(key.kind);
      const before = records.get(key.id);
      if (before?.revision !== expected) return 'conflict';
      records.delete(key.id);
      if (before.index !== undefined) setIndex(key, undefined);
      return 'written';
    },
    async list(kind, prefix) {
      return [...recordsOf(kind).keys()].filter((id) => id.startsWith(prefix)).sort(byText);
    },
    async openExecutions() {
      return [...indexes.values()].filter(({ open }) => open).sort(byStart);
    },
    async executionsByStatus(status, limit) {
      const found = [...indexes.values()].filter((index) => index.status === status);
      return found.sort((a, b) => byStart(b, a)).slice(0, limit);
    },
  };
};
