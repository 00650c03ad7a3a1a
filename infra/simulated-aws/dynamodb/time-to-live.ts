import { DynamodbError, validationError } from './dynamodb-error.ts';
import {
  type AttributeValue,
  type Input,
  type Item,
  type OpenStore,
  perform,
  type Table,
  tableNamed,
  validated,
  type Validation,
  validationOf,
} from './store.ts';

/** How a table's items expire. */
interface Setting {
  readonly tableId: string;
  readonly attribute: string;
  readonly isEnabled: boolean;
  readonly changedAt: number;
}

/** A change takes up to an hour, in which DynamoDB takes no other one. */
const changeMs = 3_600_000;

/** How often expired items are looked for, at most. DynamoDB promises "within a few days". */
const sweepMs = 60_000;

/** Items that expired longer ago than this are not deleted, as on DynamoDB. */
const oldestSeconds = 5 * 365 * 86_400;

const keyOf = (table: string): string => `time-to-live~${table}`;

const validation: Validation = {
  types: {
    TableName: validationOf('DescribeTimeToLive').types['TableName'],
    TimeToLiveSpecification: {
      type: 'FieldStruct<TimeToLiveSpecification>',
      notNull: true,
      children: {
        AttributeName: {
          ...{ type: 'String', notNull: true },
          ...{ lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 255 },
        },
        Enabled: { type: 'Boolean', notNull: true },
      },
    },
  },
};

export interface TimeToLive {
  readonly update: (input: unknown) => Promise<Input>;
  readonly describe: (input: unknown) => Promise<Input>;
  /** Deletes what has expired in a table, if that has not been done within the last minute. */
  readonly sweep: (tableName: string) => Promise<void>;
}

const checkChange = (
  current: Setting | undefined,
  attribute: string,
  isEnabled: boolean,
  now: number,
): void => {
  const wasEnabled = current?.isEnabled ?? false;
  if (wasEnabled && !isEnabled && current?.attribute !== attribute)
    throw validationError(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current?.attribute ?? ''}`,
    );
  if (wasEnabled === isEnabled)
    throw validationError(`TimeToLive is already ${isEnabled ? 'enabled' : 'disabled'}`);
  if (current !== undefined && now < current.changedAt + changeMs)
    throw validationError('Time to live has been modified multiple times within a fixed interval');
};

/** Deletes the items of a table whose attribute names a time that has passed. */
const deleteExpired = async (
  store: OpenStore,
  table: Table,
  attribute: string,
  now: number,
): Promise<void> => {
  const seconds = Math.floor(now / 1000);
  const names = { '#expiry': attribute };
  const values: Readonly<Record<string, AttributeValue>> = {
    ':now': { N: String(seconds) },
    ':oldest': { N: String(seconds - oldestSeconds) },
  };
  const expired = {
    ...{ TableName: table.TableName, ExpressionAttributeNames: names, ExpressionAttributeValues: values },
  };
  const condition = '#expiry < :now AND #expiry > :oldest';
  let ExclusiveStartKey: unknown;
  do {
    const page: Input = await perform(
      store,
      'Scan',
      validated(
        { ...structuredClone(expired), FilterExpression: condition, ExclusiveStartKey },
        validationOf('Scan'),
        store,
      ),
    );
    for (const item of page['Items'] as readonly Item[]) {
      const Key = Object.fromEntries(
        table.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]),
      );
      const deletion = { ...structuredClone(expired), Key, ConditionExpression: condition };
      // An item that was given more time since it was read stays.
      await perform(store, 'DeleteItem', validated(deletion, validationOf('DeleteItem'), store)).catch(
        () => undefined,
      );
    }
    ExclusiveStartKey = page['LastEvaluatedKey'];
  } while (ExclusiveStartKey !== undefined);
};

/** "Time to Live": expired items go when their table is next used. */
export const createTimeToLive = (store: OpenStore, now: () => number): TimeToLive => {
  const sweptAt = new Map<string, number>();

  const settingOf = async (table: Table): Promise<Setting | undefined> => {
    const found = (await store.db.get(keyOf(table.TableName))) as Setting | undefined;
    // A table that was made anew under the name has nothing of the old one's.
    return found?.tableId === table.TableId ? found : undefined;
  };
  return {
    async update(input) {
      const data = validated(input, validation, store);
      const { AttributeName, Enabled } = data['TimeToLiveSpecification'] as {
        readonly AttributeName: string;
        readonly Enabled: boolean;
      };
      const table = await tableNamed(store, String(data['TableName']));
      checkChange(await settingOf(table), AttributeName, Enabled, now());
      const value: Setting = {
        tableId: table.TableId,
        attribute: AttributeName,
        isEnabled: Enabled,
        changedAt: now(),
      };
      await store.db.batch([{ type: 'put', key: keyOf(table.TableName), value }]);
      sweptAt.delete(table.TableName);
      return { TimeToLiveSpecification: { AttributeName, Enabled } };
    },
    async describe(input) {
      const data = validated(input, validationOf('DescribeTimeToLive'), store);
      const setting = await settingOf(await tableNamed(store, String(data['TableName'])));
      const description = setting?.isEnabled
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: setting.attribute }
        : { TimeToLiveStatus: 'DISABLED' };
      return { TimeToLiveDescription: description };
    },
    async sweep(tableName) {
      const due = (sweptAt.get(tableName) ?? -Infinity) + sweepMs;
      if (now() < due) return;
      sweptAt.set(tableName, now());
      const table = await tableNamed(store, tableName).catch(() => undefined);
      const setting = table && (await settingOf(table));
      if (table !== undefined && setting?.isEnabled)
        await deleteExpired(store, table, setting.attribute, now());
    },
  };
};

/** "DescribeContinuousBackups": every table has them; recovery to a point in time is not simulated. */
export const describeContinuousBackups = async (store: OpenStore, input: unknown): Promise<Input> => {
  const data = validated(input, validationOf('DescribeTimeToLive'), store);
  const name = String(data['TableName']);
  try {
    await tableNamed(store, name);
  } catch {
    throw new DynamodbError('TableNotFoundException', { message: `Table not found: ${name}` });
  }
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
};
