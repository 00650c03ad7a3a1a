import { createConflicts, type Conflicts, placeOf } from './conflicts.ts';
import { answerTo, codeOf, DynamodbError } from './dynamodb-error.ts';
import { observe } from './staged-store.ts';
import { type Input, type Item, type OpenStore, perform, validated, validationOf } from './store.ts';
import { createTimeToLive, describeContinuousBackups } from './time-to-live.ts';
import { onFailedCondition } from './transaction-input.ts';
import { createTransactions } from './transactions.ts';

export type DynamodbOperation = (input: unknown) => Promise<Input>;

/** Operations that Dynalite performs as they are. */
const plain = [
  ...['BatchGetItem', 'BatchWriteItem', 'CreateTable', 'DeleteTable', 'DescribeTable', 'GetItem'],
  ...['ListTables', 'ListTagsOfResource', 'Query', 'Scan', 'TagResource', 'UntagResource', 'UpdateTable'],
] as const;

/** Writes of one item, which can be conditional. */
const writes = ['PutItem', 'UpdateItem', 'DeleteItem'] as const;

const checkNoTransaction = async (store: OpenStore, conflicts: Conflicts, data: Input): Promise<void> => {
  if (conflicts.isIdle()) return;
  // An item that the table refuses is in nobody's way; its operation says why.
  const place = await placeOf(store, data).catch(() => undefined);
  if (place !== undefined && conflicts.isTransacting(place))
    throw new DynamodbError('TransactionConflictException', {
      message: 'Transaction is ongoing for the item',
    });
};

/** The error of a failed condition, with the item that it was asked of if that was wanted. */
const withItem = (error: unknown, data: Input, item: Item | undefined): unknown => {
  const isWanted = data['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
  if (!isWanted || item === undefined || codeOf(error) !== 'ConditionalCheckFailedException') return error;
  const { __type, ...members } = answerTo(error).body;
  return new DynamodbError('ConditionalCheckFailedException', { ...members, Item: item });
};

const conditionalWrite = (store: OpenStore, conflicts: Conflicts, name: string): DynamodbOperation => {
  const { types, ...rest } = validationOf(name);
  const validation = { types: { ...types, ...onFailedCondition }, ...rest };
  return async (input) => {
    const data = validated(input, validation, store);
    await checkNoTransaction(store, conflicts, data);
    const view = observe(store);
    try {
      return await perform(view.store, name, data);
    } catch (error) {
      throw withItem(error, data, view.found());
    }
  };
};

const isRecord = (value: unknown): value is Input => typeof value === 'object' && value !== null;

/** The tables that an untrusted input names. */
const tablesOf = (input: unknown): readonly string[] => {
  if (!isRecord(input)) return [];
  const { TableName, RequestItems, TransactItems } = input;
  const named = isRecord(RequestItems) ? Object.keys(RequestItems) : [];
  const inTransaction = Array.isArray(TransactItems) ? TransactItems.flatMap(Object.values) : [];
  return [
    ...named,
    ...[TableName, ...inTransaction.map((one: unknown) => isRecord(one) && one['TableName'])].filter(
      (name) => typeof name === 'string',
    ),
  ];
};

/** The operations of DynamoDB by name: Dynalite's, and those that it does not have. */
export const createEngine = (
  store: OpenStore,
  now: () => number,
): Readonly<Record<string, DynamodbOperation>> => {
  const conflicts = createConflicts(store);
  const timeToLive = createTimeToLive(store, now);
  const transactions = createTransactions(store, conflicts, now);
  const swept =
    (operation: DynamodbOperation): DynamodbOperation =>
    async (input) => {
      for (const table of tablesOf(input)) await timeToLive.sweep(table);
      return operation(input);
    };
  const named = (names: readonly string[], make: (name: string) => DynamodbOperation) =>
    Object.fromEntries(names.map((name) => [name, swept(make(name))]));
  return {
    ...named(
      plain,
      (name) => async (input) => perform(store, name, validated(input, validationOf(name), store)),
    ),
    ...named(writes, (name) => conditionalWrite(store, conflicts, name)),
    TransactWriteItems: swept(transactions.TransactWriteItems),
    TransactGetItems: swept(transactions.TransactGetItems),
    UpdateTimeToLive: timeToLive.update,
    DescribeTimeToLive: timeToLive.describe,
    DescribeContinuousBackups: (input) => describeContinuousBackups(store, input),
  };
};
