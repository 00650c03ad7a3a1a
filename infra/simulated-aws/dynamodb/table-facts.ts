import * as z from 'zod';
import type { Facts } from '../iam/access.ts';
import type { LocalService } from '../wire.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const description = z.object({
  Table: z.object({
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema: keySchema })).default([]),
  }),
});

type Table = z.output<typeof description>['Table'];

/** What the tables of a simulated DynamoDB say of their keys; a table is asked once. */
export const createTableFacts = (dynamodb: LocalService): Facts => {
  const known = new Map<string, Table>();
  const described = async (TableName: string): Promise<Table | undefined> => {
    const found = known.get(TableName);
    if (found !== undefined) return found;
    const { body } = await dynamodb.handle({
      ...{ method: 'POST', path: '/', query: {} },
      headers: {
        'x-amz-target': 'DynamoDB_20120810.DescribeTable',
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify({ TableName }),
    });
    const table = description.safeParse(JSON.parse(body)).data?.Table;
    if (table !== undefined) known.set(TableName, table);
    return table;
  };
  return {
    async partitionKey(name, index) {
      const table = await described(name);
      const keys =
        index === undefined
          ? table?.KeySchema
          : table?.GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index)?.KeySchema;
      return keys?.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName;
    },
  };
};
