import { createRequire } from 'node:module';

/** A value of DynamoDB with its type: `{"S": "a"}`. */
export type AttributeValue = Readonly<Record<string, unknown>>;

export type Item = Readonly<Record<string, AttributeValue>>;

/** A request's members, and what Dynalite's validation parsed beside them. */
export type Input = Readonly<Record<string, unknown>>;

export type Callback<T> = (error: Error | null, value?: T) => void;

export interface Table {
  readonly TableName: string;
  readonly TableId: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
}

export interface Lock {
  (key: string, run: (release: (done: () => void) => () => void) => void): void;
  isLocked(key: string): boolean;
}

/** The items of one table, or the entries of one index. */
export interface Entries {
  readonly lock: Lock;
  get(key: string, callback: Callback<Item>): void;
  put(key: string, item: Item, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
}

export type Write =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** Where Dynalite's operations read and write; a transaction gives them a view of its own. */
export interface Store {
  getTable(name: string, callback: Callback<Table>): void;
  getItemDb(tableName: string): Entries;
  getIndexDb(kind: string, tableName: string, indexName: string): Entries;
}

/** A store with the database below it, in which other things than items can be kept. */
export interface OpenStore extends Store {
  readonly db: {
    get(key: string): Promise<unknown>;
    batch(writes: readonly Write[]): Promise<void>;
    keys(range: { readonly gte: string; readonly lt: string }): AsyncIterable<string>;
    close(): Promise<void>;
  };
  readonly tableDb: { awsAccountId: string; awsRegion: string };
}

/** Types in Dynalite's own vocabulary, by member. */
export type Types = Readonly<Record<string, unknown>>;

export interface Validation {
  readonly types: Types;
  readonly custom?: (data: Input, store: Store) => string | undefined;
}

type Action = (store: Store, data: Input, callback: Callback<Input>) => void;

const require = createRequire(import.meta.url);

/** Dynalite's own parts, below the server that it opens. */
const database = require('dynalite/db') as {
  create(options: Readonly<Record<string, unknown>>): OpenStore;
  readonly createKey: (key: Item, table: Table) => string;
  readonly validateKey: (key: Item, table: Table) => Error | undefined;
  readonly validateItem: (item: Item, table: Table) => Error | undefined;
  readonly itemSize: (item: Item) => number;
  readonly capacityUnits: (item: Item | undefined, isRead: boolean, isConsistent: boolean) => number;
};
const validations = require('dynalite/validations') as {
  checkTypes(data: unknown, types: Types): Input;
  checkValidations(data: Input, types: Types, custom: Validation['custom'], store: Store): void;
};

export const { createKey, validateKey, validateItem, itemSize, capacityUnits } = database;

/** Opens the database in a folder, or in memory, for the tables of one account and Region. */
export const openStore = (
  folder: string | undefined,
  place: { readonly account: string; readonly region: string },
): OpenStore => {
  const store = database.create({
    ...{ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 },
    ...(folder !== undefined && { path: folder }),
  });
  store.tableDb.awsAccountId = place.account;
  store.tableDb.awsRegion = place.region;
  return store;
};

const fileOf = (operation: string): string => operation.charAt(0).toLowerCase() + operation.slice(1);

/** What Dynalite checks of an operation's input. */
export const validationOf = (operation: string): Validation =>
  require(`dynalite/validations/${fileOf(operation)}`) as Validation;

/** The input as far as it is of the types, parsed; throws the error that DynamoDB answers to any other. */
export const validated = (input: unknown, { types, custom }: Validation, store: Store): Input => {
  const data = validations.checkTypes(input, types);
  validations.checkValidations(data, types, custom, store);
  return data;
};

/** Performs an operation of Dynalite on validated input. */
export const perform = (store: Store, operation: string, data: Input): Promise<Input> => {
  const action = require(`dynalite/actions/${fileOf(operation)}`) as Action;
  return new Promise((resolve, reject) => {
    action(store, data, (error, output = {}) => (error ? reject(error) : resolve(output)));
  });
};

export const tableNamed = (store: Store, name: string): Promise<Table> =>
  new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => (table ? resolve(table) : reject(error ?? new Error(name))));
  });

/** Takes the lock of an item; resolves to its release. */
export const locked = (entries: Entries, key: string): Promise<() => void> =>
  new Promise((resolve) => entries.lock(key, (release) => resolve(release(() => undefined))));
