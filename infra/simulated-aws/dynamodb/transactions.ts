import { cancelFor, type CancellationReason, conflictReason, noReason, reasonFor } from './cancellation.ts';
import { type Conflicts, type ItemPlace, placeOf } from './conflicts.ts';
import { codeOf, validationError } from './dynamodb-error.ts';
import { createIdempotency, type TokenUse, tokenUseOf } from './idempotency.ts';
import { stage } from './staged-store.ts';
import {
  capacityUnits,
  type Input,
  type Item,
  itemSize,
  type OpenStore,
  perform,
  validated,
  type Write,
} from './store.ts';
import {
  entriesOf,
  type TransactWrite,
  transactGetValidation,
  transactWriteValidation,
  writeKinds,
  writeOf,
} from './transaction-input.ts';

const bytesMax = 4 * 1024 * 1024;

const checkDistinct = (places: readonly (ItemPlace | undefined)[]): void => {
  const named = places.flatMap((place) => (place === undefined ? [] : [JSON.stringify(place)]));
  if (new Set(named).size < named.length)
    throw validationError('Transaction request cannot include multiple operations on one item');
};

const checkSize = (items: readonly (Item | undefined)[]): void => {
  const bytes = items.reduce((sum, item) => sum + (item === undefined ? 0 : itemSize(item)), 0);
  if (bytes > bytesMax) throw validationError('Transaction request cannot exceed 4 MB');
};

/** Units of the tables of a transaction, which uses every unit twice: once to prepare, once to commit. */
const consumed = (
  data: Input,
  kind: 'Read' | 'Write',
  uses: readonly { readonly table: string; readonly item: Item | undefined }[],
): Input => {
  const detail = data['ReturnConsumedCapacity'];
  if (detail !== 'TOTAL' && detail !== 'INDEXES') return {};
  const units = new Map<string, number>();
  for (const { table, item } of uses)
    units.set(table, (units.get(table) ?? 0) + 2 * capacityUnits(item, kind === 'Read', true));
  const one = (CapacityUnits: number) => ({ CapacityUnits, [`${kind}CapacityUnits`]: CapacityUnits });
  return {
    ConsumedCapacity: [...units].map(([TableName, sum]) => ({
      TableName,
      ...one(sum),
      ...(detail === 'INDEXES' && { Table: one(sum) }),
    })),
  };
};

interface Step {
  readonly write: TransactWrite;
  /** The item, or why its operation can never be done. */
  readonly place: ItemPlace | undefined;
  readonly reason: CancellationReason;
}

/** A key that is none fails the request; an item that is none cancels the transaction. */
const stepOf = async (store: OpenStore, write: TransactWrite): Promise<Step> => {
  try {
    return { write, place: await placeOf(store, write.data), reason: noReason };
  } catch (error) {
    if (write.kind !== 'Put' || codeOf(error) !== 'ValidationException') throw error;
    return { write, place: undefined, reason: reasonFor(error) };
  }
};

interface Prepared {
  readonly reason: CancellationReason;
  readonly writes: readonly Write[];
  readonly item: Item | undefined;
}

/** Performs an operation on a view of the store: what it would write, or why it must not. */
const prepare = async (store: OpenStore, { write, reason }: Step): Promise<Prepared> => {
  if (reason !== noReason) return { reason, writes: [], item: undefined };
  const view = stage(store);
  try {
    await perform(view.store, writeKinds[write.kind], write.data);
  } catch (error) {
    const wanted = write.data['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
    return { reason: reasonFor(error, wanted ? view.found() : undefined), writes: [], item: undefined };
  }
  const put = view.writes.find(({ type, key }) => type === 'put' && key.startsWith('item-'));
  const item = put?.type === 'put' ? (put.value as Item) : view.found();
  // A check is a deletion that is not carried out.
  return { reason, writes: write.kind === 'ConditionCheck' ? [] : view.writes, item };
};

const read = async (store: OpenStore, { TableName, Key }: Input) => {
  const { Item: item } = await perform(store, 'GetItem', { TableName, Key });
  return { table: String(TableName), item: item as Item | undefined };
};

/** A transaction that is repeated only reads what it would have written. */
const consumedAgain = async (store: OpenStore, data: Input): Promise<Input> => {
  const writes = entriesOf(data).map((entry) => (writeOf(entry) as TransactWrite).data);
  const uses = writes.map(async (write) =>
    write['Key'] === undefined
      ? { table: String(write['TableName']), item: write['Item'] as Item }
      : read(store, write),
  );
  return consumed(data, 'Read', await Promise.all(uses));
};

/** "TransactWriteItems": all of the operations or none, in one write of the database. */
const createTransactWrite = (store: OpenStore, conflicts: Conflicts, now: () => number) => {
  const idempotency = createIdempotency(store, now);

  const commit = async (data: Input, use: TokenUse | undefined): Promise<Input> => {
    const steps = await Promise.all(
      entriesOf(data).map((entry) => stepOf(store, writeOf(entry) as TransactWrite)),
    );
    checkDistinct(steps.map(({ place }) => place));
    cancelFor(
      steps.map(({ place }) => (place && conflicts.isTransacting(place) ? conflictReason : noReason)),
    );
    const places = steps.flatMap(({ place }) => (place === undefined ? [] : [place]));
    return conflicts.alone('writes', places, async () => {
      const prepared = await Promise.all(steps.map((step) => prepare(store, step)));
      cancelFor(prepared.map(({ reason }) => reason));
      checkSize(prepared.map(({ item }) => item));
      const mark = use === undefined ? [] : await idempotency.mark(use);
      await store.db.batch([...prepared.flatMap(({ writes }) => writes), ...mark]);
      const uses = prepared.map(({ item }, index) => ({ table: places[index]?.table ?? '', item }));
      return consumed(data, 'Write', uses);
    });
  };

  return async (input: unknown): Promise<Input> => {
    const data = validated(input, transactWriteValidation, store);
    const use = tokenUseOf(data);
    if (use === undefined) return commit(data, use);
    return idempotency.during(use, async () =>
      (await idempotency.isRepeated(use)) ? consumedAgain(store, data) : commit(data, use),
    );
  };
};

/** "TransactGetItems": the items as they are at one moment. */
const createTransactGet =
  (store: OpenStore, conflicts: Conflicts) =>
  async (input: unknown): Promise<Input> => {
    const data = validated(input, transactGetValidation, store);
    const gets = entriesOf(data).map((entry) => entry['Get'] as Input);
    const places = await Promise.all(gets.map((get) => placeOf(store, get)));
    checkDistinct(places);
    cancelFor(places.map((place) => (conflicts.isWriting(place) ? conflictReason : noReason)));
    return conflicts.alone('reads', places, async () => {
      const whole = await Promise.all(gets.map((get) => read(store, get)));
      checkSize(whole.map(({ item }) => item));
      const answers = await Promise.all(gets.map((get) => perform(store, 'GetItem', get)));
      return {
        ...consumed(data, 'Read', whole),
        Responses: answers.map(({ Item: found }) => (found === undefined ? {} : { Item: found })),
      };
    });
  };

/** The operations on several items at once. */
export const createTransactions = (store: OpenStore, conflicts: Conflicts, now: () => number) => ({
  TransactWriteItems: createTransactWrite(store, conflicts, now),
  TransactGetItems: createTransactGet(store, conflicts),
});
