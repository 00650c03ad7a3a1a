import type { Recorded } from '../../contracts/envelope.ts';
import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import type {
  ExecutionIndex,
  RecordKey,
  RecordStore,
  StoredRecord,
  WriteResult,
} from '../../services/core/ports/record-store.ts';
import { join, pageKey, pagesOf } from '../../services/core/ports/paged-records.ts';
import type { Rises } from '../../services/core/domain/stop-alarms.ts';
import type { RecoveryPath } from './coverage.ts';
import type { Invariants } from './invariants.ts';
import { Unavailable, type Luck } from './luck.ts';
import type { Prng } from './prng.ts';
import type { Run } from './sandbox.ts';
import type { Trace } from './trace.ts';

/** What stands in the state table, to be looked at by whoever checks. */
export const createRecords = () => {
  const records = new Map<string, Map<string, StoredRecord>>();
  const kindOf = (kind: RecordKey['kind']): Map<string, StoredRecord> => {
    const known = records.get(kind);
    if (known !== undefined) return known;
    const fresh = new Map<string, StoredRecord>();
    records.set(kind, fresh);
    return fresh;
  };
  const whole = (key: RecordKey, body: unknown): unknown =>
    pagesOf(body).length === 0 ? body : join(body, (name) => kindOf('page').get(pageKey(key, name).id)?.body);
  return {
    kindOf,
    indexes: new Map<string, ExecutionIndex>(),
    /** The body, put together from its pages if it is large. */
    peek: <Body>(kind: RecordKey['kind'], id: string): Body | undefined =>
      whole({ kind, id }, kindOf(kind).get(id)?.body) as Body | undefined,
    whole,
  };
};
export type Records = ReturnType<typeof createRecords>;

export interface TableDeps {
  readonly records: Records;
  /** Records of large waves are measured; those of others are small. */
  readonly isLarge: boolean;
  readonly invariants: Invariants;
  readonly luck: Luck;
  readonly prng: Prng;
  readonly trace: Trace;
  readonly hit: (path: string) => void;
  readonly reach: (path: RecoveryPath) => void;
  readonly mutates: (run: Run) => void;
  readonly onEvent: (event: Recorded) => void;
  /** Told of rises of alarms that come on record. */
  readonly onRises: (executionId: string, rises: Rises) => void;
}

/** DynamoDB: conditional writes that may be throttled, or done and not answered, and an index that lags. */
export const createTable = (deps: TableDeps) => {
  const { records, invariants, luck, prng, trace, reach, mutates } = deps;
  const { kindOf, indexes } = records;

  const put = (
    key: RecordKey,
    body: unknown,
    expected: number,
    index: ExecutionIndex | undefined,
  ): WriteResult => {
    const kind = kindOf(key.kind);
    const before = kind.get(key.id);
    if ((before?.revision ?? 0) !== expected) {
      if (key.kind === 'stream') reach('zombie wrote into a conflict');
      return 'conflict';
    }
    kind.set(key.id, { revision: expected + 1, body });
    if (key.kind === 'rises') deps.onRises(key.id, body as Rises);
    if (deps.isLarge) invariants.onItem(`${key.kind}#${key.id}`, body);
    if (index !== undefined) indexes.set(key.id, index);
    deps.hit('table writes');
    trace.add('write', `${key.kind}#${key.id}`, expected + 1);
    if (key.kind === 'stream')
      written(key.id, records.whole(key, before?.body), records.whole(key, body), index);
    return 'written';
  };
  /** Only `put` fills this table, with what the kernel writes. */
  const written = (id: string, before: unknown, after: unknown, index: ExecutionIndex | undefined): void => {
    const fresh = invariants.onStreamWrite(
      id,
      before as StreamRecord<unknown> | undefined,
      after as StreamRecord<unknown>,
    );
    for (const event of fresh) {
      trace.note(() => `${event.metadata.eventId} ${event.type} ${JSON.stringify(event.data).slice(0, 200)}`);
      deps.onEvent(event);
    }
    if (index?.open === false) reach('books closed');
  };
  const need = (): void => {
    if (luck.isOut('store') || luck.strikes('store-throttle'))
      throw new Unavailable('the table is throttled');
  };

  const storeOf = (run: Run): RecordStore => ({
    read: <Body>({ kind, id }: RecordKey) =>
      run.call(() => {
        need();
        return kindOf(kind).get(id) as StoredRecord<Body> | undefined;
      }),
    write: (key, body, expected, index) =>
      run.call(() => {
        need();
        mutates(run);
        const result = put(key, body, expected, index);
        if (result === 'written' && luck.strikes('store-ambiguous')) {
          // The client library repeats a write whose answer was lost, and meets its own.
          if (prng.chance(0.5)) return 'conflict';
          throw new Unavailable('written, but the answer was lost');
        }
        return result;
      }),
    remove: ({ kind, id }, expected) =>
      run.call(() => {
        need();
        mutates(run);
        if (kindOf(kind).get(id)?.revision !== expected || expected === 0) return 'conflict';
        kindOf(kind).delete(id);
        trace.add('remove', `${kind}#${id}`, expected);
        return 'written';
      }),
    list: (kind, prefix) =>
      run.call(() => {
        need();
        return luck.strikes('stale-index')
          ? []
          : [...kindOf(kind).keys()].filter((id) => id.startsWith(prefix)).sort();
      }),
    openExecutions: () =>
      run.call(() => {
        need();
        return [...indexes.values()].filter(({ open }) => open && !luck.strikes('stale-index'));
      }),
    executionsByStatus: (status, limit) =>
      run.call(() => [...indexes.values()].filter((index) => index.status === status).slice(0, limit)),
  });

  return { put, storeOf };
};
