import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { stateTableInput } from '../../../../infra/local/runtime/state-table.ts';

/** A DynamoDB in memory behind a socket of its own. */
export const openDynalite = async () => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
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
    close() {
      client.destroy();
      server.close();
    },
  };
};

export type Dynalite = Awaited<ReturnType<typeof openDynalite>>;
