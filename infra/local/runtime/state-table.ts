import { stateTable } from '../../topology.ts';
import type { LocalService, WireResponse } from '../../simulated-aws/wire.ts';

const keysOf = ({ partition, sort }: { readonly partition: string; readonly sort?: string }) => [
  { AttributeName: partition, KeyType: 'HASH' },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' }]),
];

/** DynamoDB: CreateTable, for the product's table. */
export const stateTableInput = () => {
  const { name, partition, indexes } = stateTable;
  const attributes = new Set([partition, ...indexes.flatMap((index) => [index.partition, index.sort])]);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((attribute) => ({
      AttributeName: attribute,
      AttributeType: 'S',
    })),
    KeySchema: keysOf({ partition }),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keysOf(index),
      Projection:
        index.carries.length === 0
          ? { ProjectionType: 'KEYS_ONLY' }
          : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.carries] },
    })),
  };
};

const call = (service: LocalService, operation: string, input: unknown): Promise<WireResponse> =>
  service.handle({
    method: 'POST',
    path: '/',
    query: {},
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });

const statusOf = async (service: LocalService): Promise<string | undefined> => {
  const { statusCode, body } = await call(service, 'DescribeTable', { TableName: stateTable.name });
  if (statusCode !== 200) return undefined;
  return (JSON.parse(body) as { readonly Table: { readonly TableStatus: string } }).Table.TableStatus;
};

const pollMs = 5;

/**
 * Creates the product's table if there is none. `unfinished` is a table whose creation a kill cut short:
 * it never becomes active, and nothing was ever written to it.
 */
export const ensureStateTable = async (service: LocalService): Promise<'active' | 'unfinished'> => {
  const status = await statusOf(service);
  if (status !== undefined) return status === 'ACTIVE' ? 'active' : 'unfinished';
  const { statusCode, body } = await call(service, 'CreateTable', stateTableInput());
  if (statusCode !== 200) throw new Error(`The state table could not be created: ${body}`);
  while ((await statusOf(service)) !== 'ACTIVE') await new Promise((resolve) => setTimeout(resolve, pollMs));
  return 'active';
};
