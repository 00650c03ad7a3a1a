import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamodbFixture } from './fixture.ts';

type Fixture = Awaited<ReturnType<typeof dynamodbFixture>>;
type Row = Record<string, AttributeValue>;

const TableName = 'books';
const s = (value: string): AttributeValue => ({ S: value });
const n = (value: number): AttributeValue => ({ N: String(value) });

let fixture: Fixture;
let client: DynamoDBClient;
beforeEach(async () => {
  fixture = await dynamodbFixture();
  client = fixture.client;
  await fixture.create(TableName);
});
afterEach(() => fixture.local.close());

const put = (id: string, rest: Row = {}) =>
  client.send(new PutItemCommand({ TableName, Item: { id: s(id), ...rest } }));
const get = async (id: string): Promise<Row | undefined> =>
  (await client.send(new GetItemCommand({ TableName, Key: { id: s(id) } }))).Item;
const transact = (
  TransactItems: readonly TransactWriteItem[],
  rest: Partial<TransactWriteItemsCommandInput> = {},
) => client.send(new TransactWriteItemsCommand({ TransactItems: [...TransactItems], ...rest }));

const putting = (id: string, rest: Row = {}): TransactWriteItem => ({
  Put: { TableName, Item: { id: s(id), ...rest } },
});
const puttingNew = (id: string): TransactWriteItem => ({
  Put: {
    TableName,
    Item: { id: s(id) },
    ConditionExpression: 'attribute_not_exists(id)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});
const last = { TableName, Key: { id: s('99') } };
const selling = (id: string, least = 1): TransactWriteItem => ({
  Update: {
    TableName,
    Key: { id: s(id) },
    UpdateExpression: 'SET stock = stock - :one',
    ConditionExpression: 'stock >= :least',
    ExpressionAttributeValues: { ':one': n(1), ':least': n(least) },
  },
});

describe('a transaction that writes', () => {
  it('puts, updates, deletes and checks all at once, its index too', async () => {
    await put('sold', { stock: n(2) });
    await put('old', { shelf: s('a') });
    await put('checked', { open: { BOOL: true } });
    await transact([
      putting('new', { shelf: s('a') }),
      selling('sold'),
      { Delete: { TableName, Key: { id: s('old') } } },
      {
        ConditionCheck: {
          ...{ TableName, Key: { id: s('checked') }, ConditionExpression: '#open = :yes' },
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':yes': { BOOL: true } },
        },
      },
    ]);
    expect(await get('sold')).toEqual({ id: s('sold'), stock: n(1) });
    expect(await get('old')).toBeUndefined();
    expect(await get('checked')).toEqual({ id: s('checked'), open: { BOOL: true } });
    const { Items } = await client.send(
      new QueryCommand({
        ...{ TableName, IndexName: 'byShelf', KeyConditionExpression: 'shelf = :a' },
        ExpressionAttributeValues: { ':a': s('a') },
      }),
    );
    expect(Items).toEqual([{ id: s('new'), shelf: s('a') }]);
  });

  it('does nothing when one condition fails, and says which', async () => {
    await put('taken', { title: s('Moby Dick') });
    await put('sold', { stock: n(0) });
    await expect(transact([putting('free'), puttingNew('taken'), selling('sold')])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { id: s('taken'), title: s('Moby Dick') },
        },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
      ],
    });
    expect(await get('free')).toBeUndefined();
  });

  it('is cancelled by what an item cannot take', async () => {
    await put('named', { stock: s('many') });
    await expect(
      transact([
        putting('free'),
        { Put: { TableName, Item: { name: s('no key') } } },
        {
          Update: {
            ...{ TableName, Key: { id: s('named') }, UpdateExpression: 'SET stock = stock + :one' },
            ExpressionAttributeValues: { ':one': n(1) },
          },
        },
      ]),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ValidationError',
          Message: 'One or more parameter values were invalid: Missing the key id in the item',
        },
        {
          Code: 'ValidationError',
          Message: 'An operand in the update expression has an incorrect data type',
        },
      ],
    });
    expect(await get('free')).toBeUndefined();
  });

  it.each<[string, readonly TransactWriteItem[], string, RegExp]>([
    ['nothing in it', [], 'ValidationException', /length greater than or equal to 1/],
    [
      'more than 100 operations',
      Array.from({ length: 101 }, (_, index) => putting(String(index))),
      'ValidationException',
      /'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100/,
    ],
    [
      'two operations on one item',
      [putting('a'), selling('a')],
      'ValidationException',
      /^Transaction request cannot include multiple operations on one item$/,
    ],
    [
      'two operations in one entry',
      [{ ...putting('a'), ...selling('b') }],
      'ValidationException',
      /^TransactItems can only contain one of Check, Put, Update or Delete$/,
    ],
    [
      'an expression that is none',
      [{ Delete: { TableName, Key: { id: s('a') }, ConditionExpression: 'id ==' } }],
      'ValidationException',
      /Invalid ConditionExpression/,
    ],
    [
      'a check without a condition',
      [{ ConditionCheck: { TableName, Key: { id: s('a') }, ConditionExpression: undefined } }],
      'ValidationException',
      /conditionExpression' failed to satisfy constraint: Member must not be null/,
    ],
    [
      'a key that is none',
      [{ Delete: { TableName, Key: { name: s('a') } } }],
      'ValidationException',
      /does not match the schema/,
    ],
    [
      'a table that does not exist',
      [{ Delete: { TableName: 'lost', Key: { id: s('a') } } }],
      'ResourceNotFoundException',
      /Requested resource not found/,
    ],
  ])('is refused with %s', async (_, items, name, message) => {
    await expect(transact(items)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    expect(await get('a')).toBeUndefined();
  });

  it('takes 100 operations, and no more than 4 MB', async () => {
    await transact(Array.from({ length: 100 }, (_, index) => putting(String(index))));
    expect(await get('99')).toBeDefined();
    const large = { text: s('x'.repeat(390 * 1024)) };
    await expect(
      transact(Array.from({ length: 11 }, (_, index) => putting(`large-${index}`, large))),
    ).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await get('large-0')).toBeUndefined();
  });

  it('is done once by its token, for ten minutes, and the token is of no other use', async () => {
    await put('sold', { stock: n(9) });
    const ClientRequestToken = 'sale-1';
    const sell = (least?: number) => transact([selling('sold', least)], { ClientRequestToken });
    await sell();
    await sell();
    expect(await get('sold')).toMatchObject({ stock: n(8) });
    await expect(sell(2)).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    fixture.time.now += 600_000;
    await sell();
    expect(await get('sold')).toMatchObject({ stock: n(7) });
  });

  it('uses every unit twice, and reads what it has done before', async () => {
    const again = { ClientRequestToken: 'counted', ReturnConsumedCapacity: 'TOTAL' } as const;
    const first = await transact([putting('a'), putting('b')], again);
    expect(first.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, WriteCapacityUnits: 4 }]);
    const second = await transact([putting('a'), putting('b')], again);
    expect(second.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }]);
  });

  it('is in conflict with another one that has the same item at that moment', async () => {
    await put('sold', { stock: n(9) });
    const outcomes = await Promise.allSettled([
      transact([selling('sold'), putting('first')]),
      transact([putting('second'), selling('sold')]),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      {
        status: 'rejected',
        reason: {
          name: 'TransactionCanceledException',
          CancellationReasons: [
            { Code: 'None' },
            { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' },
          ],
        },
      },
    ]);
    expect(await get('second')).toBeUndefined();
    expect(await get('sold')).toMatchObject({ stock: n(8) });
  });

  it.each([
    [
      'a write',
      'TransactionConflictException',
      // Its condition never holds, so that it changes nothing.
      () => client.send(new DeleteItemCommand({ ...last, ConditionExpression: 'attribute_exists(nothing)' })),
    ],
    [
      'a transaction that reads',
      'TransactionCanceledException',
      () => client.send(new TransactGetItemsCommand({ TransactItems: [{ Get: last }] })),
    ],
  ])('is in conflict with %s of one of its items meanwhile', async (_, name, other) => {
    const names = new Set<unknown>();
    const transaction = transact(Array.from({ length: 100 }, (_, index) => putting(String(index))));
    const end = transaction.then(() => 'ended');
    while ((await Promise.race([end, other().catch((error: unknown) => error)])) !== 'ended')
      await other().catch((error: unknown) => names.add(error instanceof Error && error.name));
    expect(names).toContain(name);
  });

  it('is refused while another one with its token is under way', async () => {
    const both = ['a', 'b'].map((id) => transact([putting(id)], { ClientRequestToken: 'one' }));
    expect(await Promise.allSettled(both)).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { name: 'TransactionInProgressException' } },
    ]);
  });
});

describe('a transaction that reads', () => {
  it('answers in the order of its questions, as much as each asks for', async () => {
    await put('a', { title: s('Emma'), stock: n(1) });
    const { Responses, ConsumedCapacity } = await client.send(
      new TransactGetItemsCommand({
        ReturnConsumedCapacity: 'TOTAL',
        TransactItems: [
          { Get: { TableName, Key: { id: s('none') } } },
          { Get: { TableName, Key: { id: s('a') }, ProjectionExpression: 'title' } },
        ],
      }),
    );
    expect(Responses).toEqual([{}, { Item: { title: s('Emma') } }]);
    expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }]);
  });

  it('does not stand in the way of another one', async () => {
    await put('a');
    const read = () =>
      client.send(
        new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: { id: s('a') } } }] }),
      );
    expect(await Promise.all([read(), read()])).toMatchObject([
      { Responses: [{ Item: { id: s('a') } }] },
      { Responses: [{ Item: { id: s('a') } }] },
    ]);
  });

  it('refuses an item that is named twice', async () => {
    const Get = { TableName, Key: { id: s('a') } };
    await expect(
      client.send(new TransactGetItemsCommand({ TransactItems: [{ Get }, { Get }] })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a write whose condition fails', () => {
  const existing = { id: s('a'), title: s('Emma') };
  const condition = { ConditionExpression: 'attribute_not_exists(id)' };
  const commands = {
    put: () => ({ TableName, Item: { id: s('a') }, ...condition }),
    change: () => ({ TableName, Key: { id: s('a') }, ...condition }),
  };

  it.each([
    ['put', () => new PutItemCommand({ ...commands.put(), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })],
    [
      'update',
      () => new UpdateItemCommand({ ...commands.change(), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ],
    [
      'delete',
      () => new DeleteItemCommand({ ...commands.change(), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ],
  ])('answers the item that a %s met, if that is asked for', async (_, command) => {
    await put('a', { title: s('Emma') });
    await expect(client.send(command() as PutItemCommand)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: existing,
    });
  });

  it('answers no item otherwise', async () => {
    await put('a');
    const error = await client.send(new PutItemCommand(commands.put())).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect((error as { Item?: unknown }).Item).toBeUndefined();
  });

  it('refuses another wish', async () => {
    const wish = { ReturnValuesOnConditionCheckFailure: 'ALL_NEW' as 'ALL_OLD' };
    await expect(client.send(new PutItemCommand({ ...commands.put(), ...wish }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

it('keeps its tokens from one life to the next', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  const sale = { ClientRequestToken: 'kept', TransactItems: [selling('sold')] };
  const first = await dynamodbFixture(folder);
  await first.create(TableName);
  await first.client.send(new PutItemCommand({ TableName, Item: { id: s('sold'), stock: n(5) } }));
  await first.client.send(new TransactWriteItemsCommand(sale));
  await first.local.close();
  const second = await dynamodbFixture(folder);
  await second.client.send(new TransactWriteItemsCommand(sale));
  const { Item } = await second.client.send(new GetItemCommand({ TableName, Key: { id: s('sold') } }));
  expect(Item).toMatchObject({ stock: n(4) });
  await second.local.close();
  rmSync(folder, { recursive: true });
});
