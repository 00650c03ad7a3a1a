import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalDynamodb } from '../../../../infra/simulated-aws/dynamodb/local-dynamodb.ts';
import { ensureStateTable, stateTableInput } from '../../../../infra/local/runtime/state-table.ts';
import type { LocalService } from '../../../../infra/simulated-aws/wire.ts';
import { stateTable } from '../../../../infra/topology.ts';

const home = { account: '111122223333', region: 'eu-west-1', now: Date.now };

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'dynamodb-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const call = (service: LocalService, operation: string, input: unknown) =>
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

it('keeps its items from one life to the next', async () => {
  const first = createLocalDynamodb({ ...home, folder });
  expect(await ensureStateTable(first.service)).toBe('active');
  const Item = { pk: { S: 'plan#a' }, kind: { S: 'plan' }, id: { S: 'a' } };
  expect(await call(first.service, 'PutItem', { TableName: stateTable.name, Item })).toMatchObject({
    statusCode: 200,
  });
  await first.close();

  const second = createLocalDynamodb({ ...home, folder });
  expect(await ensureStateTable(second.service)).toBe('active');
  const read = await call(second.service, 'GetItem', { TableName: stateTable.name, Key: { pk: Item.pk } });
  expect(JSON.parse(read.body)).toEqual({ Item });
  await second.close();
});

it('tells of a table whose creation was cut short', async () => {
  const database = createLocalDynamodb({ ...home, folder: undefined });
  await call(database.service, 'CreateTable', stateTableInput());
  expect(await ensureStateTable(database.service)).toBe('unfinished');
  await database.close();
});

it('answers what is in flight when it closes, and refuses what comes after', async () => {
  const database = createLocalDynamodb({ ...home, folder });
  await ensureStateTable(database.service);
  const put = (id: number) => {
    const Item = { pk: { S: `plan#${id}` }, kind: { S: 'plan' }, id: { S: String(id) } };
    return call(database.service, 'PutItem', { TableName: stateTable.name, Item });
  };
  const early = Array.from({ length: 20 }, (_, id) => put(id));
  const closing = database.close();
  expect(await put(99)).toMatchObject({ statusCode: 503 });
  expect((await Promise.all(early)).map(({ statusCode }) => statusCode)).toEqual(early.map(() => 200));
  await closing;
});
