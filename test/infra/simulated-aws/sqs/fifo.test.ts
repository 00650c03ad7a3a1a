import type { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { SqsRecord } from '../../../../infra/simulated-aws/sqs/store.ts';
import { redriveTo, receiverOf, sqsFixture, startAt, urlOf } from './fixture.ts';

const QueueUrl = urlOf('jobs.fifo');

let fixture: ReturnType<typeof sqsFixture>;
let client: ReturnType<typeof sqsFixture>['client'];
beforeEach(() => {
  fixture = sqsFixture();
  client = fixture.client;
});

const create = (Attributes: Record<string, string> = {}, QueueName = 'jobs.fifo') =>
  client.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true', ...Attributes } }));
const byContent = { ContentBasedDeduplication: 'true' };
const send = (MessageBody: string, MessageGroupId?: string, rest: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, ...rest }));
const receive = receiverOf(() => client, QueueUrl);
const bodies = async (rest: Partial<ReceiveMessageCommand['input']> = {}) =>
  (await receive(rest)).map(({ Body }) => Body);
const remove = (ReceiptHandle: string | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const hide = (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
  client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

describe('a FIFO queue', () => {
  it('has the attributes of its kind, which stays', async () => {
    await create({ ContentBasedDeduplication: 'True' });
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
    const set = (changes: Record<string, string>) =>
      client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: changes }));
    await set({ FifoQueue: 'true', DeduplicationScope: 'messageGroup' });
    await expect(set({ FifoQueue: 'false' })).rejects.toMatchObject({
      name: 'InvalidAttributeValue',
      message: 'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
    });
  });

  it('numbers its messages, and tells group and id of each', async () => {
    await create();
    const sent = await send('a', 'g', { MessageDeduplicationId: 'first' });
    const next = await send('b', 'g', { MessageDeduplicationId: 'second' });
    expect(sent.SequenceNumber).toMatch(/^\d{20}$/);
    expect(BigInt(next.SequenceNumber!)).toBeGreaterThan(BigInt(sent.SequenceNumber!));
    const [message] = await receive();
    expect(message?.Attributes).toMatchObject({
      MessageGroupId: 'g',
      MessageDeduplicationId: 'first',
      SequenceNumber: sent.SequenceNumber,
    });
  });

  it.each<
    [string, Record<string, string>, string | undefined, Partial<SendMessageCommandInput>, string, RegExp]
  >([
    ['a group', byContent, undefined, {}, 'MissingParameter', /MessageGroupId/],
    [
      'an id',
      {},
      'g',
      {},
      'InvalidParameterValue',
      /ContentBasedDeduplication enabled or MessageDeduplicationId/,
    ],
    [
      'a delay of its own',
      byContent,
      'g',
      { DelaySeconds: 2 },
      'InvalidParameterValue',
      /^Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter/,
    ],
    [
      'an id that is none',
      {},
      'g',
      { MessageDeduplicationId: 'a b' },
      'InvalidParameterValue',
      /MessageDeduplicationId can only include/,
    ],
  ])('refuses a message for %s', async (_, attributes, group, rest, name, message) => {
    await create(attributes);
    await expect(send('x', group, rest)).rejects.toMatchObject({
      name,
      message: expect.stringMatching(message),
    });
  });

  it('refuses a whole batch for a group or an id that is missing', async () => {
    await create();
    const batch = (entry: object) =>
      client.send(
        new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'x', ...entry }] }),
      );
    await expect(batch({ MessageDeduplicationId: 'a' })).rejects.toMatchObject({
      message: 'The request must contain the parameter MessageGroupId.',
    });
    await expect(batch({ MessageGroupId: 'a' })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const { Successful } = await batch({ MessageGroupId: 'a', MessageDeduplicationId: 'a' });
    expect(Successful).toMatchObject([{ Id: '1', SequenceNumber: expect.stringMatching(/^\d{20}$/) }]);
  });

  it('delays by its own attribute, and whatever comes after in the group', async () => {
    await create({ ...byContent, DelaySeconds: '5' });
    await send('late', 'g', { DelaySeconds: 0 });
    expect(await bodies()).toEqual([]);
    await fixture.clock.advance(5000);
    expect(await bodies()).toEqual(['late']);
  });
});

describe('deduplication', () => {
  it('takes a message for the one that it has, for five minutes, also after it is gone', async () => {
    await create(byContent);
    const first = await send('same', 'g');
    const again = await send('same', 'other');
    expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
    const [message] = await receive();
    await remove(message?.ReceiptHandle);
    await send('same', 'g');
    expect(await bodies()).toEqual([]);
    await fixture.clock.advance(300_000);
    expect((await send('same', 'g')).MessageId).not.toBe(first.MessageId);
    expect(await bodies()).toEqual(['same']);
  });

  it('goes by the id before the content', async () => {
    await create(byContent);
    await send('one', 'g', { MessageDeduplicationId: 'id' });
    await send('two', 'g', { MessageDeduplicationId: 'id' });
    await send('one', 'g', { MessageDeduplicationId: 'other' });
    expect(await bodies()).toEqual(['one', 'one']);
  });

  it('is of each group where the queue says so', async () => {
    await create({ ...byContent, DeduplicationScope: 'messageGroup' });
    for (const group of ['a', 'b', 'a']) await send('same', group);
    expect(await bodies()).toEqual(['same', 'same']);
  });

  it('outlives a restart, and a compaction of the journal', async () => {
    const records: SqsRecord[] = [];
    const journal = () => ({
      ...openJournal<SqsRecord>(undefined),
      records: [...records],
      append: (record: SqsRecord) => void records.push(record),
      compact: (kept: readonly SqsRecord[]) => void records.splice(0, records.length, ...kept),
    });
    fixture = sqsFixture({ journal: journal() });
    client = fixture.client;
    await create(byContent);
    const first = await send('same', 'g');
    for (const life of [1, 2]) {
      client = sqsFixture({ journal: journal(), now: startAt + life * 1000 }).client;
      expect((await send('same', 'g')).SequenceNumber).toBe(first.SequenceNumber);
    }
    const next = await send('next', 'g');
    expect(BigInt(next.SequenceNumber!)).toBeGreaterThan(BigInt(first.SequenceNumber!));
  });
});

describe('order', () => {
  beforeEach(async () => {
    await create({ ...byContent, VisibilityTimeout: '1' });
    for (const body of ['foo', 'bar', 'baz']) await send(body, 'g');
    await send('other', 'h');
  });

  it('keeps a group while one of it is in flight, and no other group', async () => {
    expect(await bodies({ MaxNumberOfMessages: 1, VisibilityTimeout: 60 })).toEqual(['foo']);
    expect(await bodies()).toEqual(['other']);
    await fixture.clock.advance(1000);
    expect(await bodies()).toEqual(['other']);
  });

  it('goes on with a group when what was in flight is deleted, and tells who waits', async () => {
    const [first] = await receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 60 });
    await receive({ VisibilityTimeout: 600 });
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await fixture.clock.advance(1000);
    await remove(first?.ReceiptHandle);
    await fixture.clock.advance(0);
    expect(await waiting).toEqual(['bar', 'baz']);
  });

  it('begins with what comes back', async () => {
    const [first] = await receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 60 });
    await hide(first?.ReceiptHandle, 0);
    expect(await bodies({ MaxNumberOfMessages: 2 })).toEqual(['foo', 'bar']);
  });

  it.each([
    [0, []],
    [1, ['foo']],
    [2, ['foo', 'bar']],
  ])('keeps what comes after number %i of a group while that is hidden', async (position, expected) => {
    const all = await receive();
    await hide(all.find(({ Body }) => Body === ['foo', 'bar', 'baz'][position])?.ReceiptHandle, 4);
    await fixture.clock.advance(2000);
    expect((await bodies()).filter((body) => body !== 'other')).toEqual(expected);
  });

  it('does not let a message be deleted by a receipt whose time is over', async () => {
    const [first] = await receive();
    await fixture.clock.advance(1000);
    await expect(remove(first?.ReceiptHandle)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining('The receipt handle has expired.'),
    });
  });
});

describe('an attempt to receive', () => {
  beforeEach(async () => {
    await create({ ...byContent, VisibilityTimeout: '10' });
    for (const body of ['a', 'b']) await send(body, 'g');
  });
  const attempt = (ReceiveRequestAttemptId = 'one') =>
    receive({ MaxNumberOfMessages: 1, ReceiveRequestAttemptId });

  it('is given the same again, hidden anew', async () => {
    const [first] = await attempt();
    await fixture.clock.advance(9000);
    const [again] = await attempt();
    expect(again).toEqual(first);
    await fixture.clock.advance(9000);
    expect(await bodies()).toEqual([]);
    await remove(again?.ReceiptHandle);
    expect(await bodies()).toEqual(['b']);
  });

  it('is a new one when what it was given has changed', async () => {
    const [first] = await attempt();
    await remove(first?.ReceiptHandle);
    expect((await attempt()).map(({ Body }) => Body)).toEqual(['b']);
    expect(await attempt('two')).toEqual([]);
  });
});

it('gives messages up to a FIFO queue, and goes on', async () => {
  await create(byContent, 'dead.fifo');
  await create({ ...byContent, ...redriveTo('dead.fifo', 2) });
  const sent = await send('poison', 'g');
  await send('good', 'g');
  for (let attempt = 0; attempt < 2; attempt++)
    await receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 0 });
  expect(await bodies()).toEqual(['good']);
  const [dead] = await receive({ QueueUrl: urlOf('dead.fifo') });
  expect(dead).toMatchObject({
    MessageId: sent.MessageId,
    Attributes: { MessageGroupId: 'g', SequenceNumber: sent.SequenceNumber, ApproximateReceiveCount: '3' },
  });
});
