import {
  DescribeTableCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DescribeSourceServersCommand, StartRecoveryCommand } from '@aws-sdk/client-drs';
import { CreateEventBusCommand, ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, ListTopicsCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultScenario, scenarioSchema } from '../../../../infra/simulated-aws/scenario.ts';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import { type Clients, clientsOf, home, ireland, other, roleIn, tableNamed, virginia } from './fixture.ts';

const place = (account: string, region: string) => `${account}/${region}`;
const functionIn = (account: string, region: string) => ({
  ...{ name: 'greet', timeoutMs: 1_000, account, region },
  load: async () => async () => place(account, region),
});

let aws: SimulatedAws;
beforeAll(async () => {
  aws = await createSimulatedAws({
    speed: 60,
    functions: [functionIn(home, ireland), functionIn(home, virginia), functionIn(other, ireland)],
    scenario: {
      ...defaultScenario,
      targets: scenarioSchema.parse({
        targets: { [place(other, ireland)]: { drs: { servers: [{ name: 'ledger' }] } } },
      }).targets,
    },
  });
});
afterAll(() => aws.close());

/** Of each kind: what makes one of a name, and gives its ARN; and what lists the names of all. */
const kinds: Readonly<
  Record<
    string,
    {
      readonly make: (by: Clients, name: string) => Promise<string | undefined>;
      readonly list: (by: Clients) => Promise<readonly string[]>;
    }
  >
> = {
  bus: {
    make: async ({ events }, Name) => (await events.send(new CreateEventBusCommand({ Name }))).EventBusArn,
    list: async ({ events }) =>
      ((await events.send(new ListEventBusesCommand({}))).EventBuses ?? []).map(({ Name = '' }) => Name),
  },
  queue: {
    make: async (by, name) => (await by.queue(name)).arn,
    list: async ({ sqs }) => (await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? [],
  },
  topic: {
    make: async ({ sns }, Name) => (await sns.send(new CreateTopicCommand({ Name }))).TopicArn,
    list: async ({ sns }) =>
      ((await sns.send(new ListTopicsCommand({}))).Topics ?? []).map(({ TopicArn = '' }) => TopicArn),
  },
  table: {
    make: async ({ dynamodb }, name) => {
      await dynamodb.send(tableNamed(name));
      return (await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table?.TableArn;
    },
    list: async ({ dynamodb }) => (await dynamodb.send(new ListTablesCommand({}))).TableNames ?? [],
  },
  secret: {
    make: async ({ secrets }, Name) =>
      String((await secrets('CreateSecret', { Name, SecretString: 'x' }))['ARN']),
    list: async ({ secrets }) => {
      const found = await secrets('DescribeSecret', { SecretId: 'orders' });
      return typeof found['Name'] === 'string' ? [found['Name']] : [];
    },
  },
};

describe.each(Object.entries(kinds))('a %s', (_, { make, list }) => {
  it('is of the account and Region in which it was made, and of no other', async () => {
    const places = await Promise.all([
      clientsOf(aws),
      clientsOf(aws, home, virginia),
      clientsOf(aws, other),
      clientsOf(aws, other, virginia),
    ]);
    const arns = new Set<string | undefined>();
    for (const by of places) {
      const isOurs = (name: string): boolean => name.endsWith('orders');
      expect((await list(by)).filter(isOurs)).toEqual([]);
      const arn = await make(by, 'orders');
      expect(arn?.split(':').slice(3, 5)).toEqual([by.region, by.account]);
      expect((await list(by)).filter(isOurs)).toHaveLength(1);
      arns.add(arn);
    }
    expect(arns.size).toBe(places.length);
  });
});

it('a function is of the account and Region in which it was made, and of no other', async () => {
  const greet = async (account: string, region: string) => {
    const { lambda } = await clientsOf(aws, account, region);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const arns = Functions.map(({ FunctionArn = '' }) =>
      FunctionArn.split(':').slice(3, 5).toReversed().join('/'),
    );
    if (arns.length === 0) return [];
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'greet' }));
    return [...arns, JSON.parse(Buffer.from(Payload ?? []).toString()) as string];
  };
  for (const [account, region] of [
    [home, ireland],
    [home, virginia],
    [other, ireland],
  ] as const)
    expect(await greet(account, region)).toEqual([place(account, region), place(account, region)]);
  expect(await greet(other, virginia)).toEqual([]);
});

it('a queue’s URL says its Region, and leads nowhere under another', async () => {
  const [here, there] = [await clientsOf(aws), await clientsOf(aws, home, virginia)];
  const url = (await there.queue('line')).url;
  expect(url).toBe(`${aws.endpoint}/queue/${virginia}/${home}/line`);
  expect((await here.queue('line')).url).toBe(`${aws.endpoint}/${home}/line`);
  await there.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'there' }));
  expect((await there.received(url)).map(({ Body }) => Body)).toEqual(['there']);
  const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
  await expect(here.sqs.send(asked)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
});

it('whoever says nothing of an account and Region is at home', async () => {
  const { queueArn } = await clientsOf(aws);
  const ask = async (authorization?: string): Promise<unknown> => {
    const answer = await fetch(aws.endpoint, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.CreateQueue' },
        ...(authorization !== undefined && { authorization }),
      },
      body: JSON.stringify({ QueueName: 'unsigned' }),
    });
    const { QueueUrl = '' } = (await answer.json()) as { readonly QueueUrl?: string };
    return QueueUrl;
  };
  const url = `${aws.endpoint}/${home}/unsigned`;
  const scope = (key: string, region: string) =>
    `AWS4-HMAC-SHA256 Credential=${key}/20261123/${region}/sqs/aws4_request, SignedHeaders=host, Signature=0`;
  expect(await ask()).toBe(url);
  expect(await ask(scope('AKIAIOSFODNN7EXAMPLE', ireland))).toBe(url);
  expect(await ask(scope('nobody', 'nowhere'))).toBe(url);
  expect(queueArn('unsigned')).toContain(home);
});

it('what DRS says of an account goes onto that account’s own default bus', async () => {
  const [here, there] = [await clientsOf(aws), await clientsOf(aws, other)];
  const pattern = { source: ['aws.drs'] };
  const queues: string[] = [];
  for (const by of [here, there]) {
    const { url, arn } = await by.queue('hints');
    await by.rule('hints', { Arn: arn }, pattern);
    queues.push(url);
  }
  const { items = [] } = await there.drs.send(new DescribeSourceServersCommand({}));
  const sourceServers = items.map(({ sourceServerID }) => ({ sourceServerID }));
  await there.drs.send(new StartRecoveryCommand({ isDrill: true, sourceServers }));
  const heard = async (by: Clients, url: string | undefined) =>
    (await by.received(url ?? '')).map(({ Body = '' }) => (JSON.parse(Body) as { account: string }).account);
  await expect.poll(() => heard(there, queues[1]), { timeout: 50_000 }).toContain(other);
  expect(await heard(here, queues[0])).toEqual([]);
});

describe('a state folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'places-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps every account and Region, and what is under way there goes on unasked', async () => {
    const messages = () => readFileSync(join(folder, `journals/${other}-${virginia}/sqs.jsonl`), 'utf8');
    // So slow that it is closed before it delivers anything.
    const first = await createSimulatedAws({ stateDir: folder, speed: 0.01 });
    const by = await clientsOf(first, other, virginia);
    const [{ url }, { arn }] = [await by.queue('kept'), await by.queue('owed')];
    await by.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'kept' }));
    await by.dynamodb.send(tableNamed('kept'));
    await waitUntilTableExists({ client: by.dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName: 'kept' });
    await by.dynamodb.send(new PutItemCommand({ TableName: 'kept', Item: { id: { S: '1' } } }));
    await by.rule('owed', { Arn: arn, RoleArn: roleIn(other) });
    await by.say('{"owed":true}');
    await first.close();
    expect(messages()).not.toContain('"name":"owed","message"');

    const second = await createSimulatedAws({ stateDir: folder, speed: 100 });
    // Nobody has called that account yet.
    await expect.poll(messages, { timeout: 30_000 }).toContain('"name":"owed","message"');
    const again = await clientsOf(second, other, virginia);
    const address = (name: string) => `${second.endpoint}/queue/${virginia}/${other}/${name}`;
    expect((await again.received(address('kept'))).map(({ Body }) => Body)).toEqual(['kept']);
    const [owed] = await again.received(address('owed'), 0);
    expect(JSON.parse(owed?.Body ?? '{}')).toMatchObject({
      account: other,
      region: virginia,
      detail: { owed: true },
    });
    const { Item } = await again.dynamodb.send(
      new GetItemCommand({ TableName: 'kept', Key: { id: { S: '1' } } }),
    );
    expect(Item).toEqual({ id: { S: '1' } });
    await second.close();
    expect(readdirSync(join(folder, 'tables'))).toEqual([`${other}-${virginia}`]);
    expect(readdirSync(join(folder, 'journals'))).toContain('eventbridge.jsonl');
  });
});
