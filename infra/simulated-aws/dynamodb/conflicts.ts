import {
  createKey,
  type Input,
  type Item,
  locked,
  type OpenStore,
  tableNamed,
  validateItem,
  validateKey,
} from './store.ts';

/** An item as a transaction names it. */
export interface ItemPlace {
  readonly table: string;
  readonly key: string;
}

export interface Conflicts {
  /** Whether a transaction that writes the item is under way. */
  isTransacting(place: ItemPlace): boolean;
  /** Whether any operation that writes the item is under way. */
  isWriting(place: ItemPlace): boolean;
  /** Whether no transaction that writes is under way at all. */
  isIdle(): boolean;
  /** Runs a transaction while nobody else writes these items. */
  alone<T>(kind: 'reads' | 'writes', places: readonly ItemPlace[], work: () => Promise<T>): Promise<T>;
}

const nameOf = ({ table, key }: ItemPlace): string => `${table}/${key}`;

/** Which items are being written, by whom; the locks are Dynalite's own. */
export const createConflicts = (store: OpenStore): Conflicts => {
  const writing = new Set<string>();
  const reading = new Map<string, number>();
  const countReader = (name: string, by: 1 | -1): void => {
    const readers = (reading.get(name) ?? 0) + by;
    if (readers === 0) reading.delete(name);
    else reading.set(name, readers);
  };
  const begin = (kind: 'reads' | 'writes', name: string): void =>
    kind === 'reads' ? countReader(name, 1) : void writing.add(name);
  const end = (kind: 'reads' | 'writes', name: string): void =>
    kind === 'reads' ? countReader(name, -1) : void writing.delete(name);
  return {
    isTransacting: (place) => writing.has(nameOf(place)),
    isWriting: (place) =>
      !reading.has(nameOf(place)) && store.getItemDb(place.table).lock.isLocked(place.key),
    isIdle: () => writing.size === 0,
    async alone(kind, places, work) {
      for (const place of places) begin(kind, nameOf(place));
      const releases: (() => void)[] = [];
      try {
        // In one order for all, so that two never wait for each other.
        for (const { table, key } of places.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)))
          releases.push(await locked(store.getItemDb(table), key));
        return await work();
      } finally {
        for (const release of releases) release();
        for (const place of places) end(kind, nameOf(place));
      }
    },
  };
};

/** The item that an operation names by its key, or writes whole; throws why it names none. */
export const placeOf = async (store: OpenStore, data: Input): Promise<ItemPlace> => {
  const name = String(data['TableName']);
  const table = await tableNamed(store, name);
  const item = (data['Key'] ?? data['Item']) as Item;
  const fault = data['Key'] === undefined ? validateItem(item, table) : validateKey(item, table);
  if (fault) throw fault;
  return { table: name, key: createKey(item, table) };
};
