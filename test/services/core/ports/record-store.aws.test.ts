import { gunzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAwsRecordStore } from '../../../../services/core/ports/aws/record-store.ts';
import { RecordTooLargeError } from '../../../../services/core/ports/record-store.ts';
import { type Dynalite, openDynalite } from './dynalite-fixture.ts';
import { recordStoreSuite } from './record-store.suite.ts';

describe('record store in DynamoDB', () => {
  let dynalite: Dynalite;
  beforeAll(async () => {
    dynalite = await openDynalite();
  });
  afterAll(() => dynalite.close());

  const openStore = async (client = dynalite.client) =>
    createAwsRecordStore({ client, tableName: await dynalite.createTable() });

  /** A client that loses the first answer to each PutItem after DynamoDB has done the work. */
  const losingAnswers = (maxAttempts: number): DynamoDBClient => {
    const inner = new NodeHttpHandler();
    let losses = 0;
    return new DynamoDBClient({
      ...dynalite.options,
      maxAttempts,
      requestHandler: {
        async handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
          const answer = await inner.handle(request, options);
          const isPut = request.headers['x-amz-target']?.endsWith('PutItem') === true;
          if (!isPut || losses++ > 0) return answer;
          throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
        },
      },
    });
  };

  /** A client whose queries end after three items at most, as a query does after a megabyte. */
  const withSmallPages = (): DynamoDBClient => {
    const client = new DynamoDBClient(dynalite.options);
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName !== 'QueryCommand') return next(args);
        const { Limit = 3 } = args.input as QueryCommandInput;
        return next({ ...args, input: { ...args.input, Limit: Math.min(Limit, 3) } });
      },
      { step: 'initialize' },
    );
    return client;
  };

  recordStoreSuite(async () => openStore(withSmallPages()));

  it('refuses a body that DynamoDB could not hold, by name and before the call', async () => {
    const store = await openStore();
    const key = { kind: 'frozen', id: 'big' } as const;
    await expect(store.write(key, 'x'.repeat(390_000), 0)).rejects.toThrow(RecordTooLargeError);
    expect(await store.read(key)).toBeUndefined();
  });

  it('stores as gzip what takes more than a write unit, and reads it as it was', async () => {
    const tableName = await dynalite.createTable();
    const store = createAwsRecordStore({ client: dynalite.client, tableName });
    const outbox = Array.from({ length: 20 }, (_, at) => ({
      type: 'WaveStarted',
      data: { waveId: `wäve-${at}` },
    }));
    const large = { kind: 'stream', id: 'exec-1' } as const;
    const small = { kind: 'stream', id: 'exec-2' } as const;
    await store.write(large, { outbox }, 0);
    await store.write(small, { outbox: outbox.slice(0, 2) }, 0);
    const itemOf = async (id: string) =>
      (
        await dynalite.client.send(
          new GetItemCommand({
            TableName: tableName,
            Key: { pk: { S: `stream#${id}` } },
            ConsistentRead: true,
          }),
        )
      ).Item?.['body']?.M;
    const packed = (await itemOf('exec-1'))?.['gzip']?.B ?? new Uint8Array();
    expect(packed.byteLength).toBeLessThan(300);
    expect(gunzipSync(packed).toString()).toBe(JSON.stringify({ outbox }));
    expect(await store.read(large)).toEqual({ revision: 1, body: { outbox } });
    expect((await itemOf('exec-2'))?.['outbox']?.L).toHaveLength(2);
    expect((await store.read(small))?.body).toEqual({ outbox: outbox.slice(0, 2) });
  });

  it('holds a body just under the limit', async () => {
    const store = await openStore();
    const key = { kind: 'frozen', id: 'big' } as const;
    expect(await store.write(key, 'x'.repeat(389_000), 0)).toBe('written');
    expect((await store.read<string>(key))?.body).toHaveLength(389_000);
  });

  it('throws when the answer is lost, and the write has happened', async () => {
    const store = await openStore(losingAnswers(1));
    const key = { kind: 'plan', id: 'x' } as const;
    await expect(store.write(key, 'written', 0)).rejects.toThrow('socket hang up');
    expect(await store.read(key)).toEqual({ revision: 1, body: 'written' });
  });

  it('reports a conflict when the SDK repeats a write that had succeeded', async () => {
    const store = await openStore(losingAnswers(3));
    const key = { kind: 'plan', id: 'x' } as const;
    expect(await store.write(key, 'written', 0)).toBe('conflict');
    expect(await store.read(key)).toEqual({ revision: 1, body: 'written' });
  });

  it('passes every other error on', async () => {
    const store = createAwsRecordStore({ client: dynalite.client, tableName: 'no-such-table' });
    await expect(store.write({ kind: 'plan', id: 'x' }, {}, 0)).rejects.toThrow('resource not found');
  });
});
