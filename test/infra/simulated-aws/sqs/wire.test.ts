import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { arnOf, redriveTo, sqsFixture, startAt, urlOf } from './fixture.ts';

const QueueUrl = urlOf('jobs');

const create = (client: SQSClient, Attributes: Record<string, string> = {}) =>
  client.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes }));

const send = (client: SQSClient, MessageBody: string, DelaySeconds?: number) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));

const receive = async (client: SQSClient, input: Partial<ReceiveMessageCommand['input']> = {}) => {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...input }),
  );
  return Messages ?? [];
};

describe('a queue', () => {
  it('has the attributes that it was created with, and the defaults of SQS', async () => {
    const { client } = sqsFixture();
    expect((await create(client, { VisibilityTimeout: '5' })).QueueUrl).toBe(QueueUrl);
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '7' } }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      VisibilityTimeout: '5',
      DelaySeconds: '7',
      MessageRetentionPeriod: '345600',
      QueueArn: arnOf('jobs'),
      CreatedTimestamp: String(startAt / 1000),
    });
  });

  it('can be created again with the same attributes and not with others', async () => {
    const { client } = sqsFixture();
    await create(client, { VisibilityTimeout: '5' });
    await expect(create(client, { VisibilityTimeout: '5' })).resolves.toMatchObject({ QueueUrl });
    await expect(create(client, { VisibilityTimeout: '6' })).rejects.toMatchObject({
      name: 'QueueNameExists',
    });
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['a FIFO queue’s name', 'jobs.fifo', {}, 'InvalidParameterValue'],
    ['a FIFO queue under another name', 'jobs', { FifoQueue: 'true' }, 'InvalidParameterValue'],
    ['a kind that is not one', 'jobs', { FifoQueue: 'false' }, 'InvalidAttributeName'],
    ['an attribute of FIFO queues', 'jobs', { DeduplicationScope: 'queue' }, 'InvalidAttributeName'],
    ['a policy that is none', 'jobs', { Policy: 'open' }, 'InvalidAttributeValue'],
    ['a redrive policy that is none', 'jobs', { RedrivePolicy: '[]' }, 'InvalidParameterValue'],
    ['a name with a blank', 'my jobs', {}, 'InvalidParameterValue'],
    ['an unknown attribute', 'jobs', { Colour: 'red' }, 'InvalidAttributeName'],
    ['a delay above 900 s', 'jobs', { DelaySeconds: '901' }, 'InvalidAttributeValue'],
    ['a dead-letter queue that does not exist', 'jobs', redriveTo('lost', 3), 'InvalidParameterValue'],
  ])('is refused with %s', async (_, QueueName, Attributes, name) => {
    const { client } = sqsFixture();
    await expect(client.send(new CreateQueueCommand({ QueueName, Attributes }))).rejects.toMatchObject({
      name,
    });
  });

  it('is found by name, listed by prefix, and gone once deleted', async () => {
    const { client } = sqsFixture();
    await create(client);
    await client.send(new CreateQueueCommand({ QueueName: 'other' }));
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'jo' }))).QueueUrls).toEqual([
      QueueUrl,
    ]);
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).rejects.toBeInstanceOf(
      QueueDoesNotExist,
    );
    await expect(send(client, 'late')).rejects.toBeInstanceOf(QueueDoesNotExist);
  });
});

describe('a message', () => {
  it('arrives with its body, attributes and counts, and its digests satisfy the client', async () => {
    const { client } = sqsFixture();
    await create(client);
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'grün',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'hint' },
          blob: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
        },
      }),
    );
    const [message] = await receive(client, {
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'grün',
      MessageAttributes: { kind: { StringValue: 'hint' }, blob: { BinaryValue: new Uint8Array([1, 2]) } },
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(startAt) },
    });
  });

  it.each([
    // By hand: printf '\0\0\0\1a\0\0\0\6String\1\0\0\0\1b' | md5sum
    ['String', { DataType: 'String', StringValue: 'b' }, 'bef8bf215374a0a228d67533b1a488be'],
    // By hand: printf '\0\0\0\1a\0\0\0\6Binary\2\0\0\0\1b' | md5sum
    ['Binary', { DataType: 'Binary', BinaryValue: new Uint8Array([98]) }, '9194724c5b029dea7cab68125d229dac'],
  ])('carries the digest that SQS computes of a %s attribute', async (_, a, digest) => {
    const { client } = sqsFixture();
    await create(client);
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes: { a } }),
    );
    expect(sent.MD5OfMessageAttributes).toBe(digest);
  });

  it('is not seen before its delay has passed', async () => {
    const { client, clock } = sqsFixture();
    await create(client);
    await send(client, 'later', 900);
    await clock.advance(899_999);
    expect(await receive(client)).toEqual([]);
    await clock.advance(1);
    expect(await receive(client)).toHaveLength(1);
    await expect(send(client, 'never', 901)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('is hidden while it is in flight, and is back after the visibility timeout', async () => {
    const { client, clock } = sqsFixture();
    await create(client);
    await send(client, 'work');
    await receive(client);
    await clock.advance(29_999);
    expect(await receive(client)).toEqual([]);
    await clock.advance(1);
    const [again] = await receive(client, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  });

  it('is hidden for longer, or shown at once, when its visibility is changed', async () => {
    const { client, clock } = sqsFixture();
    await create(client);
    await send(client, 'work');
    const [first] = await receive(client);
    const change = (VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: first!.ReceiptHandle,
          VisibilityTimeout,
        }),
      );
    await change(100);
    await clock.advance(99_000);
    expect(await receive(client)).toEqual([]);
    await change(0);
    expect(await receive(client)).toHaveLength(1);
    await expect(change(10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('is gone once deleted, and not by the receipt of an earlier delivery', async () => {
    const { client, clock } = sqsFixture();
    await create(client);
    await send(client, 'work');
    const [first] = await receive(client, { VisibilityTimeout: 1 });
    await clock.advance(1000);
    const [second] = await receive(client, { VisibilityTimeout: 1 });
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first!.ReceiptHandle }));
    await clock.advance(1000);
    const [third] = await receive(client, { VisibilityTimeout: 1 });
    expect(third?.MessageId).toBe(second?.MessageId);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: third!.ReceiptHandle }));
    await clock.advance(1000);
    expect(await receive(client)).toEqual([]);
  });

  it('is forgotten after the retention period', async () => {
    const { client, clock } = sqsFixture();
    await create(client, { MessageRetentionPeriod: '60' });
    await send(client, 'old');
    await clock.advance(60_000);
    expect(await receive(client)).toEqual([]);
  });
});

describe('a batch', () => {
  it('answers for each of its entries', async () => {
    const { client } = sqsFixture();
    await create(client);
    const Entries = [
      { Id: 'good', MessageBody: 'x' },
      { Id: 'late', MessageBody: 'x', DelaySeconds: 901 },
    ];
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([{ Id: 'late', Code: 'InvalidParameterValue', SenderFault: true }]);
    const [message] = await receive(client);
    const deletion = { Id: 'good', ReceiptHandle: message!.ReceiptHandle };
    const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [deletion] }));
    expect(deleted.Successful).toEqual([{ Id: 'good' }]);
  });

  it('is refused whole when it is empty, too long, has an id twice, or its queue does not exist', async () => {
    const { client } = sqsFixture();
    await create(client);
    const batch = (ids: readonly string[], url = QueueUrl) =>
      client.send(
        new SendMessageBatchCommand({ QueueUrl: url, Entries: ids.map((Id) => ({ Id, MessageBody: 'x' })) }),
      );
    await expect(batch([])).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(batch(['a', 'a'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
    await expect(batch('abcdefghijk'.split(''))).rejects.toMatchObject({
      name: 'TooManyEntriesInBatchRequest',
    });
    await expect(batch(['a'], urlOf('none'))).rejects.toBeInstanceOf(QueueDoesNotExist);
  });
});

describe('a long poll', () => {
  it('ends when a message comes', async () => {
    const { client, clock } = sqsFixture();
    await create(client);
    const poll = receive(client, { WaitTimeSeconds: 20 });
    await clock.advance(5000);
    await send(client, 'now');
    await clock.advance(0);
    expect((await poll).map(({ Body }) => Body)).toEqual(['now']);
    await send(client, 'next');
    await clock.advance(20_000);
    expect((await receive(client)).map(({ Body }) => Body)).toEqual(['next']);
  });

  it('ends empty when its time is up', async () => {
    const { client, clock } = sqsFixture();
    await create(client, { ReceiveMessageWaitTimeSeconds: '20' });
    const poll = receive(client);
    await clock.advance(20_000);
    expect(await poll).toEqual([]);
  });
});

describe('a dead-letter queue', () => {
  const poison = async () => {
    const fixture = sqsFixture();
    await fixture.client.send(new CreateQueueCommand({ QueueName: 'dead' }));
    await create(fixture.client, { VisibilityTimeout: '1', ...redriveTo('dead', 2) });
    await send(fixture.client, 'poison');
    for (let attempt = 0; attempt < 3; attempt++) {
      await receive(fixture.client);
      await fixture.clock.advance(1000);
    }
    return fixture;
  };

  it('gets what was received as often as allowed, and says from where', async () => {
    const { client } = await poison();
    expect(await receive(client)).toEqual([]);
    const [dead] = await receive(client, { QueueUrl: urlOf('dead'), MessageSystemAttributeNames: ['All'] });
    expect(dead).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arnOf('jobs') } });
  });

  it('gives its messages back in a move task', async () => {
    const { client } = await poison();
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('dead') }));
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead') }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    const [back] = await receive(client, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(back).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
  });

  it('can be purged', async () => {
    const { client } = await poison();
    await client.send(new PurgeQueueCommand({ QueueUrl: urlOf('dead') }));
    expect(await receive(client, { QueueUrl: urlOf('dead') })).toEqual([]);
  });
});
