import type { Entries, Item, Store, Write } from './store.ts';

/** A view of a store that keeps what is written to it back, and remembers the item that was read. */
export interface StagedStore {
  readonly store: Store;
  readonly writes: readonly Write[];
  /** The item that the operation found. */
  found(): Item | undefined;
}

/** The view for one operation on one item whose lock is held. */
export const stage = (whole: Store): StagedStore => {
  const writes: Write[] = [];
  let found: Item | undefined;
  const held: Entries['lock'] = Object.assign<
    (key: string, run: (release: (done: () => void) => () => void) => void) => void,
    Pick<Entries['lock'], 'isLocked'>
  >((_, run) => run((done) => done), { isLocked: () => true });
  const entries = (prefix: string, get: Entries['get']): Entries => ({
    lock: held,
    get,
    put(key, value, callback) {
      writes.push({ type: 'put', key: prefix + key, value });
      callback(null);
    },
    del(key, callback) {
      writes.push({ type: 'del', key: prefix + key });
      callback(null);
    },
  });
  const reading =
    (items: Entries): Entries['get'] =>
    (key, callback) =>
      items.get(key, (error, item) => {
        found = item;
        callback(error, item);
      });
  return {
    writes,
    found: () => found,
    store: {
      ...whole,
      // The prefixes are those under which Dynalite keeps items and index entries.
      getItemDb: (name) => entries(`item-${name}~`, reading(whole.getItemDb(name))),
      getIndexDb(kind, table, index) {
        const prefix = `index-${kind.toLowerCase()}~${table}~${index}~`;
        return entries(prefix, (key, callback) => whole.getIndexDb(kind, table, index).get(key, callback));
      },
    },
  };
};

/** The store itself, remembering the item that an operation reads. */
export const observe = (whole: Store): { readonly store: Store; found(): Item | undefined } => {
  let found: Item | undefined;
  return {
    found: () => found,
    store: {
      ...whole,
      getItemDb(name) {
        const items = whole.getItemDb(name);
        return {
          ...items,
          get: (key, callback) =>
            items.get(key, (error, item) => {
              found = item;
              callback(error, item);
            }),
        };
      },
    },
  };
};
