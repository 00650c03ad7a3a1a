import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  NotFoundException,
  PublishCommand,
  type PublishCommandInput,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createLocalSns } from '../../../../infra/simulated-aws/sns/local-sns.ts';
import type { SnsRecord } from '../../../../infra/simulated-aws/sns/store.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

const startAt = Date.parse('2026-11-23T10:00:00Z');
const TopicArn = 'arn:aws:sns:eu-west-1:111122223333:recoveries';
const queueArn = 'arn:aws:sqs:eu-west-1:111122223333:notes';
const deadArn = 'arn:aws:sqs:eu-west-1:111122223333:dead';

const snsFixture = async (journal = openJournal<SnsRecord>(undefined)) => {
  const manual = createManualClock(startAt);
  let inFlight = 0;
  const clock: ManualClock = {
    ...manual,
    async busy(work) {
      inFlight += 1;
      return manual.busy(work).finally(() => (inFlight -= 1));
    },
  };
  const queued: { arn: string; body: string; attributes: Readonly<Record<string, string>> }[] = [];
  const invoked: { arn: string; event: unknown }[] = [];
  const local = createLocalSns({
    clock,
    journal,
    account: '111122223333',
    region: 'eu-west-1',
    random: seededRandom(3),
    toQueue(arn, body, attributes) {
      if (arn.endsWith(':gone')) throw new Error('no such queue');
      queued.push({ arn, body, attributes });
    },
    toFunction: (arn, event) => void invoked.push({ arn, event }),
  });
  const client = new SNSClient(clientOptions(local.service));
  await client.send(
    new CreateTopicCommand({ Name: 'recoveries', Attributes: { DisplayName: 'Recoveries' } }),
  );
  const subscribe = async (Protocol: string, Endpoint: string, Attributes: Record<string, string> = {}) => {
    const answer = await client.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }));
    return answer.SubscriptionArn ?? '';
  };
  /** Subscribes a person, who follows the link in the message that asks for it. */
  const subscribePerson = async (Endpoint: string): Promise<void> => {
    await subscribe('email', Endpoint);
    const Token = /--token (\w+)/.exec(local.sent().at(-1)?.message ?? '')?.[1];
    await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  };
  const publish = (input: Partial<PublishCommandInput> = {}) =>
    client.send(new PublishCommand({ TopicArn, Message: 'wave <1> & done', ...input }));
  /** Until every delivery that is under way has its answer, and its next try is set. */
  const answered = async (): Promise<void> => {
    do await new Promise((resolve) => setTimeout(resolve, 5));
    while (inFlight > 0);
  };
  return { clock, client, local, queued, invoked, subscribe, subscribePerson, publish, answered };
};

describe('a topic', () => {
  it('is listed, described and deleted with its subscriptions', async () => {
    const { client, subscribe } = await snsFixture();
    await subscribe('sqs', queueArn);
    expect((await client.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ TopicArn, DisplayName: 'Recoveries', SubscriptionsConfirmed: '1' });
    await client.send(new DeleteTopicCommand({ TopicArn }));
    expect((await client.send(new ListSubscriptionsCommand({}))).Subscriptions).toEqual([]);
    await expect(client.send(new GetTopicAttributesCommand({ TopicArn }))).rejects.toBeInstanceOf(
      NotFoundException,
    );
  });

  it('is refused when it is a FIFO topic', async () => {
    const { client } = await snsFixture();
    await expect(client.send(new CreateTopicCommand({ Name: 'a.fifo' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('a subscription', () => {
  it('is confirmed when it is made, and the same one again is the same', async () => {
    const { client, subscribe } = await snsFixture();
    const arn = await subscribe('sqs', queueArn);
    expect(arn).toMatch(new RegExp(`^${TopicArn}:[0-9a-f-]{36}$`));
    expect(await subscribe('sqs', queueArn)).toBe(arn);
    const Token = arn.slice(TopicArn.length + 1);
    expect((await client.send(new ConfirmSubscriptionCommand({ TopicArn, Token }))).SubscriptionArn).toBe(
      arn,
    );
    const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect(Subscriptions).toEqual([
      { SubscriptionArn: arn, Owner: '111122223333', Protocol: 'sqs', Endpoint: queueArn, TopicArn },
    ]);
  });

  it.each([
    ['a web endpoint on another machine', 'https', 'https://example.com/hook'],
    ['a web endpoint that only begins like this one', 'http', 'http://127.0.0.1.example.com/'],
    ['an unknown protocol', 'firehose', 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/x'],
    ['an address that is none', 'email', 'nobody'],
  ])('is refused for %s', async (_, protocol, endpoint) => {
    const { subscribe } = await snsFixture();
    await expect(subscribe(protocol, endpoint)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('is not of a FIFO queue, since the topic promises no order', async () => {
    const { subscribe } = await snsFixture();
    await expect(subscribe('sqs', `${queueArn}.fifo`)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        'Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    });
  });

  it('gets nothing more once it is ended', async () => {
    const { client, subscribe, publish, queued } = await snsFixture();
    await client.send(new UnsubscribeCommand({ SubscriptionArn: await subscribe('sqs', queueArn) }));
    await publish();
    expect(queued).toEqual([]);
  });
});

describe('a message', () => {
  it('reaches a queue in an envelope, with its attributes', async () => {
    const { subscribe, publish, queued } = await snsFixture();
    await subscribe('sqs', queueArn);
    const { MessageId } = await publish({
      Subject: 'Wave',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'WaveCompleted' } },
    });
    expect(JSON.parse(queued[0]!.body)).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn,
      Subject: 'Wave',
      Message: 'wave <1> & done',
      Timestamp: '2026-11-23T10:00:00.000Z',
      MessageAttributes: { kind: { Type: 'String', Value: 'WaveCompleted' } },
    });
  });

  it('reaches a queue raw where that was asked for', async () => {
    const { subscribe, publish, queued } = await snsFixture();
    await subscribe('sqs', queueArn, { RawMessageDelivery: 'true' });
    await publish({ MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    expect(queued).toEqual([{ arn: queueArn, body: 'wave <1> & done', attributes: { kind: 'x' } }]);
  });

  it('reaches a function as the event that Lambda makes of it', async () => {
    const { subscribe, publish, invoked } = await snsFixture();
    const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:notify';
    const EventSubscriptionArn = await subscribe('lambda', functionArn);
    await publish();
    expect(invoked).toMatchObject([
      {
        arn: functionArn,
        event: {
          Records: [
            {
              EventSource: 'aws:sns',
              EventSubscriptionArn,
              Sns: { Message: 'wave <1> & done', Subject: null },
            },
          ],
        },
      },
    ]);
  });

  it('of JSON structure has a body for each protocol', async () => {
    const { local, subscribe, subscribePerson, publish } = await snsFixture();
    await subscribePerson('ops@example.com');
    await subscribe('sms', '+15550100');
    await publish({ MessageStructure: 'json', Message: JSON.stringify({ default: 'long', sms: 'short' }) });
    expect(
      local
        .sent()
        .slice(1)
        .map(({ endpoint, message }) => [endpoint, message]),
    ).toEqual([
      ['ops@example.com', 'long'],
      ['+15550100', 'short'],
    ]);
    await expect(publish({ MessageStructure: 'json', Message: '{}' })).rejects.toThrow('No default entry');
  });

  it('is refused when it is empty, or its topic does not exist', async () => {
    const { publish } = await snsFixture();
    await expect(publish({ Message: '' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(publish({ TopicArn: `${TopicArn}-2` })).rejects.toBeInstanceOf(NotFoundException);
  });

  it('goes to the dead-letter queue of a subscription whose queue is gone', async () => {
    const { subscribe, publish, queued } = await snsFixture();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadArn });
    await subscribe('sqs', 'arn:aws:sqs:eu-west-1:111122223333:gone', { RedrivePolicy });
    await publish();
    expect(queued.map(({ arn }) => arn)).toEqual([deadArn]);
  });
});

describe('a subscription of a person', () => {
  it('waits for the confirmation that was asked for, and hears nothing until then', async () => {
    const { client, local, subscribe, subscribePerson, publish } = await snsFixture();
    expect(await subscribe('email', 'ops@example.com')).toBe('pending confirmation');
    const listed = () => client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    expect((await listed()).Subscriptions).toMatchObject([{ SubscriptionArn: 'PendingConfirmation' }]);
    await publish();
    expect(local.sent().map(({ subject }) => subject)).toEqual([
      'AWS Notification - Subscription Confirmation',
    ]);
    await expect(
      client.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'another' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await subscribePerson('ops@example.com');
    expect((await listed()).Subscriptions).toMatchObject([
      { SubscriptionArn: expect.stringMatching(/^arn:/) as string },
    ]);
    await publish();
    expect(local.sent().at(-1)).toMatchObject({ message: 'wave <1> & done' });
  });
});

describe('the outbox', () => {
  it('keeps what a person would have received, through a restart', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'sns-')), 'sns.jsonl');
    const { client, local, subscribePerson, publish } = await snsFixture(openJournal<SnsRecord>(file));
    await subscribePerson('ops@example.com');
    await publish({ Subject: 'Approval' });
    await client.send(new PublishCommand({ PhoneNumber: '+15550100', Message: 'Approve?' }));
    const expected = [
      {
        at: startAt,
        protocol: 'email',
        endpoint: 'ops@example.com',
        topicArn: TopicArn,
        subject: 'Approval',
        message: 'wave <1> & done',
      },
      { at: startAt, protocol: 'sms', endpoint: '+15550100', message: 'Approve?' },
    ];
    expect(local.sent().slice(1)).toEqual(expected);
    const again = await snsFixture(openJournal<SnsRecord>(file));
    expect(again.local.sent().slice(1)).toEqual(expected);
    await again.publish();
    expect(again.local.sent()).toHaveLength(4);
  });
});

describe('a filter policy', () => {
  const attributes = (kind: string, count: string) => ({
    MessageAttributes: {
      kind: { DataType: 'String', StringValue: kind },
      count: { DataType: 'Number', StringValue: count },
      tags: { DataType: 'String.Array', StringValue: '["db","eu"]' },
    },
  });

  it('is matched against the attributes by default', async () => {
    const { subscribe, publish, queued } = await snsFixture();
    const FilterPolicy = JSON.stringify({
      kind: [{ prefix: 'Wave' }],
      count: [{ numeric: ['>', 2] }],
      tags: ['db'],
    });
    await subscribe('sqs', queueArn, { FilterPolicy });
    await publish();
    await publish(attributes('ExecutionStarted', '3'));
    await publish(attributes('WaveStarted', '2'));
    expect(queued).toHaveLength(0);
    await publish(attributes('WaveStarted', '3'));
    expect(queued).toHaveLength(1);
  });

  it('can be matched against the body, and changed', async () => {
    const { client, subscribe, publish, queued } = await snsFixture();
    const SubscriptionArn = await subscribe('sqs', queueArn, {
      FilterPolicy: JSON.stringify({ wave: { id: ['db'] } }),
      FilterPolicyScope: 'MessageBody',
    });
    await publish({ Message: 'no JSON' });
    await publish({ Message: '{"wave":{"id":"app"}}' });
    expect(queued).toHaveLength(0);
    await publish({ Message: '{"wave":{"id":"db"}}' });
    expect(queued).toHaveLength(1);
    await client.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'FilterPolicy',
        AttributeValue: '{}',
      }),
    );
    await publish({ Message: 'no JSON' });
    expect(queued).toHaveLength(2);
  });

  it('is refused when it is none', async () => {
    const { subscribe } = await snsFixture();
    const FilterPolicy = JSON.stringify({ kind: [{ sounds: 'alike' }] });
    await expect(subscribe('sqs', queueArn, { FilterPolicy })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });
});

describe('a web endpoint', () => {
  const listen = async (statuses: number[], answered: () => Promise<void>) => {
    const calls: { headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        calls.push({ headers: request.headers, body });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const called = async (count: number): Promise<void> => {
      while (calls.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
      await answered();
    };
    return { calls, called, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() };
  };

  it('on this machine gets the notification, and again after 20 s when it failed', async () => {
    const { clock, subscribe, publish, answered } = await snsFixture();
    const web = await listen([500], answered);
    await subscribe('http', web.url);
    const { MessageId } = await publish();
    await web.called(1);
    await clock.advance(20_000);
    await web.called(2);
    await clock.advance(60_000);
    web.close();
    expect(web.calls).toHaveLength(2);
    expect(web.calls[1]?.headers).toMatchObject({
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': MessageId,
      'x-amz-sns-topic-arn': TopicArn,
    });
    expect(JSON.parse(web.calls[1]?.body ?? '')).toMatchObject({ Message: 'wave <1> & done' });
  });

  it('that fails four times is given up to the dead-letter queue', async () => {
    const { clock, subscribe, publish, queued, answered } = await snsFixture();
    const web = await listen([500, 500, 500, 500], answered);
    await subscribe('http', web.url, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn }) });
    await publish();
    for (let call = 1; call <= 4; call++) {
      await web.called(call);
      await clock.advance(20_000);
    }
    web.close();
    expect(queued.map(({ arn }) => arn)).toEqual([deadArn]);
  });
});

describe('CreateTopic, repeated', () => {
  const again = (fixture: Awaited<ReturnType<typeof snsFixture>>, input: object) =>
    fixture.client.send(new CreateTopicCommand({ Name: 'recoveries', ...input }));

  it('answers the same ARN for the same attributes and tags, or for none', async () => {
    const fixture = await snsFixture();
    const Attributes = { DisplayName: 'Recoveries' };
    for (const input of [{}, { Attributes }]) expect((await again(fixture, input)).TopicArn).toBe(TopicArn);
    const tagged = { Name: 'tagged', Tags: [{ Key: 'Team', Value: 'ops' }] };
    const first = await fixture.client.send(new CreateTopicCommand(tagged));
    expect((await fixture.client.send(new CreateTopicCommand(tagged))).TopicArn).toBe(first.TopicArn);
  });

  it('refuses other attributes and other tags', async () => {
    const fixture = await snsFixture();
    await expect(again(fixture, { Attributes: { DisplayName: 'Other' } })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
    });
    await expect(again(fixture, { Tags: [{ Key: 'Team', Value: 'ops' }] })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Tags Reason: Topic already exists with different tags',
    });
  });
});

describe('an ARN that is malformed', () => {
  it.each([
    ['recoveries', 'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1'],
    ['arn:aws:sqs:eu-west-1:111122223333:notes', 'Invalid parameter: TopicArn'],
  ])('names no topic: %s', async (arn, message) => {
    const { client, publish } = await snsFixture();
    const calls = [
      publish({ TopicArn: arn }),
      client.send(new GetTopicAttributesCommand({ TopicArn: arn })),
      client.send(new DeleteTopicCommand({ TopicArn: arn })),
      client.send(new ListSubscriptionsByTopicCommand({ TopicArn: arn })),
      client.send(new SubscribeCommand({ TopicArn: arn, Protocol: 'sqs', Endpoint: queueArn })),
    ];
    for (const call of calls)
      await expect(call).rejects.toMatchObject({ name: 'InvalidParameterException', message });
  });

  it.each([
    ['x', 'Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1'],
    [TopicArn, 'Invalid parameter: SubscriptionId'],
  ])('names no subscription: %s', async (SubscriptionArn, message) => {
    const { client } = await snsFixture();
    const unsubscribe = client.send(new UnsubscribeCommand({ SubscriptionArn }));
    await expect(unsubscribe).rejects.toMatchObject({ name: 'InvalidParameterException', message });
  });

  it('is told from one of a topic that does not exist', async () => {
    const { publish } = await snsFixture();
    const work = publish({ TopicArn: `${TopicArn}-gone` });
    await expect(work).rejects.toBeInstanceOf(NotFoundException);
  });
});

describe('tags of a topic', () => {
  it('are given when it is made, added, listed and taken away', async () => {
    const { client } = await snsFixture();
    const Tags = [{ Key: 'Team', Value: 'ops' }];
    const { TopicArn: ResourceArn } = await client.send(new CreateTopicCommand({ Name: 'tagged', Tags }));
    const list = async () => (await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags;
    expect(await list()).toEqual(Tags);
    const more = { Key: 'Cost', Value: '7' };
    await client.send(new TagResourceCommand({ ResourceArn, Tags: [more] }));
    expect(await list()).toEqual([...Tags, more]);
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['Team'] }));
    expect(await list()).toEqual([more]);
    const gone = client.send(new ListTagsForResourceCommand({ ResourceArn: `${TopicArn}-gone` }));
    await expect(gone).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
