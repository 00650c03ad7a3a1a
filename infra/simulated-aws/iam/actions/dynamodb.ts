import {
  type Access,
  type AccessOf,
  arnIn,
  type Facts,
  type Input,
  isRecord,
  listIn,
  onAll,
  onOne,
  type Place,
  recordIn,
  type ServiceAccess,
  textIn,
} from '../access.ts';

const tableOf = (input: Input, place: Place): string =>
  arnIn('dynamodb', place, textIn(input, 'TableName').replace(/^(?!arn:)/, 'table/'));

/** What a value of DynamoDB holds: `{"S": "a"}` and `{"N": "1"}`. */
const plainValue = (value: unknown): readonly string[] =>
  isRecord(value) ? Object.values(value).map(String) : [];

const nameOf = (table: string): string => table.slice(table.lastIndexOf('/') + 1);

/** An operation on items of which each is named by its key, or is written whole. */
const onItems = async (
  action: string,
  table: string,
  items: readonly unknown[],
  facts: Facts,
): Promise<Access> => {
  const key = (await facts.partitionKey(nameOf(table))) ?? '';
  const leading = items.flatMap((item) => plainValue(isRecord(item) ? item[key] : undefined));
  return { action, resource: table, context: { 'dynamodb:LeadingKeys': leading } };
};

const onItem =
  (operation: string, member: 'Key' | 'Item'): AccessOf =>
  async (input, place, facts) => [
    await onItems(`dynamodb:${operation}`, tableOf(input, place), [recordIn(input, member)], facts),
  ];

/** The value that a query's condition gives to the partition key. */
const queried = (input: Input, key: string): readonly string[] => {
  const names = recordIn(input, 'ExpressionAttributeNames');
  const values = recordIn(input, 'ExpressionAttributeValues');
  const tests = textIn(input, 'KeyConditionExpression').matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g);
  return [...tests].flatMap(([, name = '', value = '']) =>
    (names[name] ?? name) === key ? plainValue(values[value]) : [],
  );
};

/** A query or scan is of the table, or of the index that it names. */
const reading =
  (operation: 'Query' | 'Scan'): AccessOf =>
  async (input, place, facts) => {
    const table = tableOf(input, place);
    const index = textIn(input, 'IndexName');
    const key = await facts.partitionKey(nameOf(table), index === '' ? undefined : index);
    const leading = operation === 'Query' && key !== undefined ? queried(input, key) : [];
    return [
      {
        action: `dynamodb:${operation}`,
        resource: index === '' ? table : `${table}/index/${index}`,
        context: { 'dynamodb:LeadingKeys': leading, 'dynamodb:Select': textIn(input, 'Select') || undefined },
      },
    ];
  };

const itemsOf = (member: 'Keys' | 'requests', request: unknown): readonly unknown[] =>
  member === 'Keys'
    ? listIn(request, 'Keys')
    : [request]
        .flat()
        .flatMap((each) => [
          recordIn(recordIn(each, 'PutRequest'), 'Item'),
          recordIn(recordIn(each, 'DeleteRequest'), 'Key'),
        ]);

const batch =
  (operation: string, member: 'Keys' | 'requests'): AccessOf =>
  (input, place, facts) =>
    Promise.all(
      Object.entries(recordIn(input, 'RequestItems')).map(([TableName, request]) =>
        onItems(`dynamodb:${operation}`, tableOf({ TableName }, place), itemsOf(member, request), facts),
      ),
    );

/** The permission that each operation of a transaction asks for. */
const transacted: Readonly<Record<string, readonly [string, 'Key' | 'Item']>> = {
  Put: ['PutItem', 'Item'],
  Update: ['UpdateItem', 'Key'],
  Delete: ['DeleteItem', 'Key'],
  ConditionCheck: ['ConditionCheckItem', 'Key'],
  Get: ['GetItem', 'Key'],
};

/** A transaction asks for what its operations would ask for alone. */
const transaction: AccessOf = (input, place, facts) =>
  Promise.all(
    listIn(input, 'TransactItems').flatMap((entry) =>
      Object.entries(transacted).flatMap(([name, [operation, member]]) => {
        const one = recordIn(entry, name);
        if (Object.keys(one).length === 0) return [];
        const item = recordIn(one, member);
        return [onItems(`dynamodb:${operation}`, tableOf(one, place), [item], facts)];
      }),
    ),
  );

/** "Actions, resources, and condition keys for Amazon DynamoDB". */
export const dynamodbAccess: ServiceAccess = {
  ...onAll('dynamodb', 'ListTables'),
  ...onOne(
    'dynamodb',
    tableOf,
    'CreateTable',
    'DeleteTable',
    'DescribeTable',
    'UpdateTable',
    'DescribeTimeToLive',
    'UpdateTimeToLive',
    'DescribeContinuousBackups',
  ),
  ...onOne(
    'dynamodb',
    (input) => textIn(input, 'ResourceArn'),
    'ListTagsOfResource',
    'TagResource',
    'UntagResource',
  ),
  GetItem: onItem('GetItem', 'Key'),
  PutItem: onItem('PutItem', 'Item'),
  UpdateItem: onItem('UpdateItem', 'Key'),
  DeleteItem: onItem('DeleteItem', 'Key'),
  BatchGetItem: batch('BatchGetItem', 'Keys'),
  BatchWriteItem: batch('BatchWriteItem', 'requests'),
  Query: reading('Query'),
  Scan: reading('Scan'),
  TransactWriteItems: transaction,
  TransactGetItems: transaction,
};
