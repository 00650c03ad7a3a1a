import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { stateTableInput } from '../../../../infra/local/runtime/state-table.ts';
import { createSimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';

/** A DynamoDB in memory behind a socket of its own. */
export const openDynalite = async () => {
  const aws = await createSimulatedAws();
  const options = {
    ...{ endpoint: aws.endpoint, region: aws.region },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const client = new DynamoDBClient(options);
  let tables = 0;
  return {
    options,
    client,
    /** An empty state table, as it is deployed, under a name of its own. */
    async createTable(): Promise<string> {
      const TableName = `state-${++tables}`;
      await client.send(
        new CreateTableCommand({ ...stateTableInput(), TableName } as CreateTableCommandInput),
      );
      return TableName;
    },
    async close() {
      client.destroy();
      await aws.close();
    },
  };
};

export type Dynalite = Awaited<ReturnType<typeof openDynalite>>;
