import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLocalDynamodb } from '../../../../infra/simulated-aws/dynamodb/local-dynamodb.ts';
import { clientOptions } from '../service-handler.ts';

export const home = { account: '111122223333', region: 'eu-west-1' };

export const startAt = Date.parse('2026-11-23T10:00:00Z');

/** A database with a table `books` of ids, on a clock of its own, with a client. */
export const dynamodbFixture = async (folder?: string) => {
  const time = { now: startAt };
  const local = createLocalDynamodb({ ...home, folder, now: () => time.now });
  const client = new DynamoDBClient(clientOptions(local.service));
  const create = async (TableName: string): Promise<void> => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'shelf', AttributeType: 'S' },
        ],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byShelf',
            KeySchema: [{ AttributeName: 'shelf', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    for (;;) {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      if (Table?.TableStatus === 'ACTIVE') return;
    }
  };
  return { time, local, client, create };
};
