import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { sqsFixture, urlOf } from './fixture.ts';

const QueueUrl = urlOf('jobs');

const open = async () => {
  const { client } = sqsFixture();
  await client.send(new CreateQueueCommand({ QueueName: 'jobs' }));
  return client;
};
const send = (client: SQSClient, MessageBody: string, MessageGroupId?: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId }));
const receive = async (client: SQSClient, MaxNumberOfMessages: number) => {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  );
  return Messages;
};
const bodies = (messages: Awaited<ReturnType<typeof receive>>) => messages.map(({ Body }) => Body);

describe('a standard queue with message groups', () => {
  it('does not let the backlog of one group delay the others', async () => {
    const client = await open();
    for (let n = 0; n < 20; n++) await send(client, `large-${n}`, 'large');
    await send(client, 'small', 'small');
    await send(client, 'alone');
    expect(bodies(await receive(client, 3))).toEqual(['large-0', 'small', 'alone']);
  });

  it('counts what a group has in flight, and prefers the others', async () => {
    const client = await open();
    for (let n = 0; n < 5; n++) await send(client, `large-${n}`, 'large');
    expect(bodies(await receive(client, 3))).toEqual(['large-0', 'large-1', 'large-2']);
    await send(client, 'small', 'small');
    expect(bodies(await receive(client, 1))).toEqual(['small']);
    expect(bodies(await receive(client, 10))).toEqual(['large-3', 'large-4']);
  });

  it('says of which group a message is, and keeps the order of those without one', async () => {
    const client = await open();
    await send(client, 'first');
    await send(client, 'second');
    await send(client, 'third', 'group');
    const messages = await receive(client, 10);
    expect(bodies(messages)).toEqual(['first', 'second', 'third']);
    expect(messages.map(({ Attributes }) => Attributes?.MessageGroupId)).toEqual([
      undefined,
      undefined,
      'group',
    ]);
  });

  it.each(['', 'two words', 'x'.repeat(129)])('refuses the group %j', async (group) => {
    const client = await open();
    await expect(send(client, 'body', group)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
