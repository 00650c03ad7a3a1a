import {
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamodbFixture, startAt } from './fixture.ts';

const TableName = 'books';
const hour = 3_600_000;

let fixture: Awaited<ReturnType<typeof dynamodbFixture>>;
let client: DynamoDBClient;
beforeEach(async () => {
  fixture = await dynamodbFixture();
  client = fixture.client;
  await fixture.create(TableName);
});
afterEach(() => fixture.local.close());

const update = (AttributeName: string, Enabled: boolean, name = TableName) =>
  client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName, Enabled },
    }),
  );
const describeTtl = async () =>
  (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;

const put = (id: string, until: string | number) =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: { id: { S: id }, until: typeof until === 'number' ? { N: String(until) } : { S: until } },
    }),
  );
const ids = async () => {
  const { Items } = await client.send(new ScanCommand({ TableName }));
  return (Items ?? []).map(({ id }) => id?.S).sort();
};

describe('time to live', () => {
  it('is off until it is asked for, and described as it is', async () => {
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect((await update('until', true)).TimeToLiveSpecification).toEqual({
      AttributeName: 'until',
      Enabled: true,
    });
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'until' });
    fixture.time.now += hour;
    await update('until', false);
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  it('deletes what has expired, and nothing else', async () => {
    const now = startAt / 1000;
    await put('expired', now - 1);
    await put('later', now + 3600);
    await put('ancient', now - 6 * 365 * 86_400);
    await put('text', String(now - 1));
    await update('until', true);
    expect(await ids()).toEqual(['ancient', 'later', 'text']);
    fixture.time.now += hour + 61_000;
    expect(await ids()).toEqual(['ancient', 'text']);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['a second time', () => update('until', true), 'TimeToLive is already enabled'],
    [
      'for another attribute',
      () => update('expiry', false),
      'TimeToLive is active on a different AttributeName: current AttributeName is until',
    ],
    [
      'within an hour',
      () => update('until', false),
      'Time to live has been modified multiple times within a fixed interval',
    ],
  ])('is not changed %s', async (_, change, message) => {
    await update('until', true);
    await expect(change()).rejects.toMatchObject({ name: 'ValidationException', message });
  });

  it('is not set without a name, and not of a table that does not exist', async () => {
    await expect(update('', true)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(update('until', false)).rejects.toMatchObject({
      message: 'TimeToLive is already disabled',
    });
    await expect(update('until', true, 'lost')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('does not outlive its table', async () => {
    await update('until', true);
    await client.send(new DeleteTableCommand({ TableName }));
    while (await client.send(new DescribeTableCommand({ TableName })).catch(() => undefined));
    await fixture.create(TableName);
    expect(await describeTtl()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });
});

it('says of the backups that every table has', async () => {
  const ask = (name: string) => client.send(new DescribeContinuousBackupsCommand({ TableName: name }));
  expect((await ask(TableName)).ContinuousBackupsDescription).toEqual({
    ContinuousBackupsStatus: 'ENABLED',
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
  });
  await expect(ask('lost')).rejects.toMatchObject({ name: 'TableNotFoundException' });
});

it('names the account and Region of its tables', async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.TableArn).toBe('arn:aws:dynamodb:eu-west-1:111122223333:table/books');
});
