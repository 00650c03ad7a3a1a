import {
  AddPermissionCommand,
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  type MessageAttributeValue,
  PurgeQueueCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { SqsRecord } from '../../../../infra/simulated-aws/sqs/store.ts';
import { jsonRequest } from '../service-handler.ts';
import { arnOf, redriveTo, receiverOf, sqsFixture, urlOf } from './fixture.ts';

const QueueUrl = urlOf('jobs');
const mebibyte = 1_048_576;

let fixture: ReturnType<typeof sqsFixture>;
let client: ReturnType<typeof sqsFixture>['client'];
beforeEach(() => {
  fixture = sqsFixture();
  client = fixture.client;
});

const create = (QueueName = 'jobs', Attributes: Record<string, string> = {}) =>
  client.send(new CreateQueueCommand({ QueueName, Attributes }));
const send = (MessageBody: string, rest: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...rest }));
const receive = receiverOf(() => client, QueueUrl);
const attributesOf = async (name = 'jobs') =>
  (await client.send(new GetQueueAttributesCommand({ QueueUrl: urlOf(name), AttributeNames: ['All'] })))
    .Attributes ?? {};

/** The body of an answer in JSON, as it goes over the wire. */
const wire = async (operation: string, input: object): Promise<{ status: number; body: unknown }> => {
  const { statusCode, body } = await fixture.local.service.handle(
    jsonRequest(`AmazonSQS.${operation}`, JSON.stringify(input)),
  );
  return { status: statusCode, body: JSON.parse(body) };
};

describe('an answer', () => {
  it('leaves out what is empty', async () => {
    expect((await wire('ListQueues', {})).body).toEqual({});
    await create();
    expect((await wire('ReceiveMessage', { QueueUrl })).body).toEqual({});
    expect((await wire('GetQueueAttributes', { QueueUrl })).body).toEqual({});
    expect((await wire('ListQueueTags', { QueueUrl })).body).toEqual({});
    const Entries = [{ Id: 'a', MessageBody: 'x' }];
    expect((await wire('SendMessageBatch', { QueueUrl, Entries })).body).toEqual({
      Successful: [expect.objectContaining({ Id: 'a' })],
    });
    expect((await wire('ReceiveMessage', { QueueUrl })).body).toEqual({
      Messages: [
        {
          MessageId: expect.any(String),
          ReceiptHandle: expect.any(String),
          Body: 'x',
          MD5OfBody: expect.any(String),
        },
      ],
    });
  });

  it('names an error in JSON, and in a header as the older protocol has it', async () => {
    const failing = async (operation: string, input: object) => {
      const { headers, statusCode } = await fixture.local.service.handle(
        jsonRequest(`AmazonSQS.${operation}`, JSON.stringify(input)),
      );
      return [statusCode, headers['x-amzn-errortype'], headers['x-amzn-query-error']];
    };
    expect(await failing('SendMessage', { QueueUrl, MessageBody: 'x' })).toEqual([
      400,
      'QueueDoesNotExist',
      'AWS.SimpleQueueService.NonExistentQueue;Sender',
    ]);
    await create();
    expect(await failing('SendMessage', { QueueUrl })).toEqual([
      400,
      'MissingRequiredParameterException',
      'MissingParameter;Sender',
    ]);
    expect(await failing('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 21 })).toEqual([
      400,
      'InvalidParameterValueException',
      'InvalidParameterValue;Sender',
    ]);
  });
});

describe('a message', () => {
  beforeEach(() => create());

  it.each<[string, Partial<SendMessageCommandInput>, string, RegExp]>([
    ['no text', { MessageBody: '' }, 'MissingParameter', /must contain the parameter MessageBody/],
    ['a null character', { MessageBody: 'a\0b' }, 'InvalidMessageContents', /Invalid characters found/],
    ['half a surrogate', { MessageBody: 'a\ud800b' }, 'InvalidMessageContents', /Invalid characters found/],
    ['a character beyond', { MessageBody: '\uffff' }, 'InvalidMessageContents', /Invalid characters found/],
    [
      'one byte too many',
      { MessageBody: 'x'.repeat(mebibyte + 1) },
      'InvalidParameterValue',
      /Message must be shorter than 1048576 bytes/,
    ],
    [
      'a deduplication id',
      { MessageDeduplicationId: 'a' },
      'InvalidParameterValue',
      /not valid for this queue type/,
    ],
    [
      'a group with a blank',
      { MessageGroupId: 'a b' },
      'InvalidParameterValue',
      /alphanumeric and punctuation/,
    ],
  ])('is refused with %s', async (_, input, name, message) => {
    await expect(send('x', input)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, Record<string, MessageAttributeValue>, RegExp]>([
    [
      'an empty value',
      { a: { DataType: 'String', StringValue: '' } },
      /must contain a non-empty value of type/,
    ],
    ['no value', { a: { DataType: 'Binary' } }, /must contain a non-empty value of type 'Binary'/],
    ['a type of its own', { a: { DataType: 'Text', StringValue: 'x' } }, /must be prefixed with/],
    ['a number that is none', { a: { DataType: 'Number', StringValue: 'x' } }, /to a number/],
    ['a reserved name', { 'AWS.a': { DataType: 'String', StringValue: 'x' } }, /reserved for internal use/],
    ['a name with a blank', { 'a b': { DataType: 'String', StringValue: 'x' } }, /can only contain/],
    [
      'eleven attributes',
      Object.fromEntries(
        Array.from({ length: 11 }, (_, index) => [`a${index}`, { DataType: 'String', StringValue: 'x' }]),
      ),
      /Number of message attributes \[11\] exceeds the allowed maximum \[10\]/,
    ],
  ])('is refused with an attribute of %s', async (_, MessageAttributes, message) => {
    await expect(send('x', { MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringMatching(message),
    });
  });

  it('has exactly the maximum, its attributes included', async () => {
    await send('x'.repeat(mebibyte));
    const MessageAttributes = { name: { DataType: 'String', StringValue: 'value' } };
    await send('x'.repeat(mebibyte - 15), { MessageAttributes });
    await expect(send('x'.repeat(mebibyte - 14), { MessageAttributes })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
    await send('Tab\t, line\n, return\r, \ud83d\ude00 and \ufffd');
  });

  it('can be hidden again after its time is over, as long as nobody else has it', async () => {
    const { clock } = fixture;
    await send('work');
    const [first] = await receive({ VisibilityTimeout: 1 });
    await clock.advance(2000);
    const hide = (VisibilityTimeout: number) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: first!.ReceiptHandle,
          VisibilityTimeout,
        }),
      );
    await hide(10);
    expect(await receive()).toEqual([]);
    await clock.advance(10_000);
    expect((await receive())[0]?.Attributes).toMatchObject({ ApproximateReceiveCount: '2' });
    await expect(hide(10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  });

  it('is hidden for twelve hours from its receipt on, and no longer', async () => {
    await send('work');
    const [message] = await receive({ VisibilityTimeout: 43_200 });
    await fixture.clock.advance(1000);
    const { ReceiptHandle } = message!;
    const hide = (VisibilityTimeout: number) =>
      client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    await expect(hide(43_200)).rejects.toMatchObject({
      message: expect.stringContaining('beyond the limit [43200 seconds]'),
    });
    await hide(43_199);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await expect(hide(1)).rejects.toMatchObject({ message: expect.stringContaining('does not exist') });
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });

  it('cannot be asked for out of bounds', async () => {
    await expect(receive({ MaxNumberOfMessages: 11 })).rejects.toMatchObject({
      message:
        'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    });
    await expect(receive({ WaitTimeSeconds: -1 })).rejects.toMatchObject({
      message:
        'Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    });
  });
});

describe('a redrive', () => {
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

  beforeEach(async () => {
    await create('dead');
    await create('jobs', { VisibilityTimeout: '1', ...redriveTo('dead', 1) });
  });
  const giveUp = async () => {
    await receive();
    await fixture.clock.advance(1000);
    expect(await receive()).toEqual([]);
  };

  it('keeps the id, the receipts and the trace header, over a restart too', async () => {
    const sent = await send('poison', {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
    });
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
    await giveUp();
    const [dead] = await receive({ QueueUrl: urlOf('dead') });
    expect(dead).toMatchObject({
      MessageId: sent.MessageId,
      Attributes: {
        ApproximateReceiveCount: '2',
        AWSTraceHeader: trace,
        DeadLetterQueueSourceArn: arnOf('jobs'),
      },
    });
  });

  it('back makes a new message with the trace header of the old one', async () => {
    const sent = await send('poison', {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
    });
    await giveUp();
    await client.send(
      new StartMessageMoveTaskCommand({ SourceArn: arnOf('dead'), MaxNumberOfMessagesPerSecond: 5 }),
    );
    const [back] = await receive();
    expect(back?.MessageId).not.toBe(sent.MessageId);
    expect(back?.Attributes).toMatchObject({ ApproximateReceiveCount: '1', AWSTraceHeader: trace });
  });

  it('ends when its policy is taken away by an empty text', async () => {
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy: '' } }));
    expect(await attributesOf()).not.toHaveProperty('RedrivePolicy');
    await send('poison');
    await receive();
    await fixture.clock.advance(1000);
    expect(await receive()).toHaveLength(1);
  });

  it('is told by the queue that gets what others give up', async () => {
    const sources = async (name: string) =>
      (await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: urlOf(name) }))).queueUrls;
    expect(await sources('dead')).toEqual([QueueUrl]);
    expect(await sources('jobs')).toBeUndefined();
  });

  it.each<[string, string, Record<string, string>, RegExp]>([
    ['that lets nobody', 'closed', { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' }, /permission/],
    [
      'that lets others',
      'others',
      {
        RedriveAllowPolicy: JSON.stringify({
          redrivePermission: 'byQueue',
          sourceQueueArns: [arnOf('other')],
        }),
      },
      /permission/,
    ],
    ['of the other kind', 'ordered.fifo', { FifoQueue: 'true' }, /must be same type/],
  ])('does not go to a queue %s', async (_, name, Attributes, message) => {
    await create(name, Attributes);
    await expect(create('more', redriveTo(name, 3))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringMatching(message),
    });
  });

  it('by hand needs a dead-letter queue that exists, and cannot be stopped once it is done', async () => {
    const start = (SourceArn: string, DestinationArn?: string) =>
      client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    await expect(start('jobs')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(start(arnOf('lost'))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(start(arnOf('jobs'))).rejects.toMatchObject({
      message: 'Source queue must be configured as a Dead Letter Queue.',
    });
    await expect(start(arnOf('dead'), arnOf('lost'))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
    });
    const cancel = (TaskHandle: string) => client.send(new CancelMessageMoveTaskCommand({ TaskHandle }));
    await expect(cancel('nonsense')).rejects.toMatchObject({
      message: 'Value for parameter TaskHandle is invalid.',
    });
    const { TaskHandle } = await start(arnOf('dead'));
    await expect(cancel(TaskHandle!)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const list = new ListMessageMoveTasksCommand({ SourceArn: arnOf('jobs') });
    await expect(client.send(list)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});

describe('a batch', () => {
  beforeEach(() => create());
  const batch = (Entries: readonly { Id: string; MessageBody: string }[]) =>
    client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries] }));

  it('has as many bytes as one message, and no more', async () => {
    const half = 'x'.repeat(mebibyte / 2);
    await batch([
      { Id: 'a', MessageBody: half },
      { Id: 'b', MessageBody: half },
    ]);
    await expect(
      batch([
        { Id: 'a', MessageBody: half },
        { Id: 'b', MessageBody: `${half}x` },
      ]),
    ).rejects.toMatchObject({
      name: 'BatchRequestTooLong',
      message: 'Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.',
    });
  });

  it.each(['', 'a:b', 'x'.repeat(81)])('is refused with the id "%s"', async (Id) => {
    await expect(batch([{ Id, MessageBody: 'x' }])).rejects.toMatchObject({ name: 'InvalidBatchEntryId' });
  });

  it('fails an entry by itself, under the code of the older protocol', async () => {
    await client.send(
      new SetQueueAttributesCommand({ QueueUrl, Attributes: { MaximumMessageSize: '1024' } }),
    );
    const { Successful, Failed } = await batch([
      { Id: 'large', MessageBody: 'x'.repeat(1025) },
      { Id: 'small', MessageBody: 'x' },
    ]);
    expect(Successful).toMatchObject([{ Id: 'small' }]);
    expect(Failed).toMatchObject([{ Id: 'large', Code: 'InvalidParameterValue', SenderFault: true }]);
  });
});

describe('a queue', () => {
  it('is purged once a minute', async () => {
    await create();
    const purge = () => client.send(new PurgeQueueCommand({ QueueUrl }));
    await purge();
    await expect(purge()).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
      $metadata: { httpStatusCode: 403 },
    });
    await fixture.clock.advance(60_000);
    await purge();
  });

  it('leaves its name taken for a minute after it is deleted', async () => {
    await create();
    await client.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(create()).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    await fixture.clock.advance(60_000);
    await create();
  });

  it('has tags from its creation on, which are added and taken away', async () => {
    await client.send(new CreateQueueCommand({ QueueName: 'jobs', tags: { team: 'a', stage: 'b' } }));
    const tags = async () => (await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags;
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { stage: 'c', cost: '' } }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '1' } }));
    expect(await tags()).toEqual({ team: 'a', stage: 'c', cost: '' });
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['team', 'cost', 'stage'] }));
    expect(await tags()).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, 'x']));
    await expect(client.send(new TagQueueCommand({ QueueUrl, Tags: many }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Too many tags added for queue jobs.',
    });
  });

  it('knows its attributes and no others, and keeps a key of one’s own in place of SQS’s', async () => {
    await create();
    const ask = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Colour' as 'All'] });
    await expect(client.send(ask)).rejects.toMatchObject({ name: 'InvalidAttributeName' });
    const set = (Attributes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
    await set({ KmsMasterKeyId: 'own', KmsDataKeyReusePeriodSeconds: '6000' });
    expect(await attributesOf()).toMatchObject({ KmsMasterKeyId: 'own', SqsManagedSseEnabled: 'false' });
    await set({ KmsMasterKeyId: '', KmsDataKeyReusePeriodSeconds: '300' });
    expect(await attributesOf()).not.toHaveProperty('KmsMasterKeyId');
    await expect(set({ FifoQueue: 'true' })).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  });

  it('is opened to other accounts by labels, and closed again', async () => {
    await create();
    const add = (Label: string, AWSAccountIds = ['444455556666']) =>
      client.send(new AddPermissionCommand({ QueueUrl, Label, AWSAccountIds, Actions: ['ReceiveMessage'] }));
    const remove = (Label: string) => client.send(new RemovePermissionCommand({ QueueUrl, Label }));
    await add('first', ['444455556666', '777788889999']);
    await expect(add('first')).rejects.toMatchObject({
      message: 'Value first for parameter Label is invalid. Reason: Already exists.',
    });
    await add('second');
    await remove('first');
    expect(JSON.parse((await attributesOf())['Policy'] ?? '')).toEqual({
      Version: '2008-10-17',
      Id: `${arnOf('jobs')}/SQSDefaultPolicy`,
      Statement: [
        {
          Sid: 'second',
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::444455556666:root' },
          Action: 'SQS:ReceiveMessage',
          Resource: arnOf('jobs'),
        },
      ],
    });
    await remove('second');
    expect(await attributesOf()).not.toHaveProperty('Policy');
    await expect(remove('second')).rejects.toMatchObject({
      message: "Value second for parameter Label is invalid. Reason: can't find label.",
    });
  });

  it('of another account is not found, and lists come in pages', async () => {
    for (const name of ['a', 'b', 'c']) await create(name);
    await expect(
      client.send(new GetQueueUrlCommand({ QueueName: 'a', QueueOwnerAWSAccountId: '999988887777' })),
    ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
    const first = await client.send(new ListQueuesCommand({ MaxResults: 2 }));
    const second = await client.send(new ListQueuesCommand({ MaxResults: 2, NextToken: first.NextToken }));
    expect([first.QueueUrls, second.QueueUrls]).toEqual([[urlOf('a'), urlOf('b')], [urlOf('c')]]);
    expect(second.NextToken).toBeUndefined();
  });

  it('keeps tags and pauses from one life to the next', async () => {
    const records: SqsRecord[] = [];
    const journal = {
      ...openJournal<SqsRecord>(undefined),
      append: (record: SqsRecord) => void records.push(record),
    };
    const first = sqsFixture({ journal });
    await first.client.send(new CreateQueueCommand({ QueueName: 'jobs', tags: { team: 'a' } }));
    await first.client.send(new PurgeQueueCommand({ QueueUrl }));
    await first.client.send(new CreateQueueCommand({ QueueName: 'old' }));
    await first.client.send(new DeleteQueueCommand({ QueueUrl: urlOf('old') }));
    const second = sqsFixture({ journal: { ...openJournal<SqsRecord>(undefined), records } });
    expect((await second.client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'a' });
    await expect(second.client.send(new PurgeQueueCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'PurgeQueueInProgress',
    });
    await expect(second.client.send(new CreateQueueCommand({ QueueName: 'old' }))).rejects.toMatchObject({
      name: 'QueueDeletedRecently',
    });
  });
});
