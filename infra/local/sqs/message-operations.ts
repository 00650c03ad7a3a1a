import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { operation, type Operations } from '../protocols/operation.ts';
import { batchOf, runBatch } from './batch.ts';
import { attributesDigest, md5 } from './digest.ts';
import { longPoll } from './long-poll.ts';
import { systemAttributes } from './mapping.ts';
import { type Message, type MessageAttributes, receiptOf } from './message.ts';
import { msOf } from './queue-attributes.ts';
import { type OperationDeps, queueName } from './queue-operations.ts';
import type { Queues } from './queues.ts';

const attribute = z.object({
  DataType: z.string().regex(/^(String|Number|Binary)(\..+)?$/, 'must be String, Number or Binary'),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

const messageShape = {
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageGroupId: z.string().optional(),
  MessageAttributes: z.record(z.string().min(1).max(256), attribute).default({}),
};

const visibility = z.number().int().min(0, 'must be 0 to 43200').max(43_200, 'must be 0 to 43200');

const sent = (message: Message): Readonly<Record<string, unknown>> => ({
  MessageId: message.id,
  MD5OfMessageBody: md5(message.body),
  MD5OfMessageAttributes: attributesDigest(message.attributes),
});

interface MessageInput {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageAttributes: MessageAttributes;
}

const sendOne = (queues: Queues, name: string, input: MessageInput): Readonly<Record<string, unknown>> =>
  sent(
    queues.send(name, {
      body: input.MessageBody,
      attributes: input.MessageAttributes,
      ...(input.DelaySeconds !== undefined && { delaySeconds: input.DelaySeconds }),
      ...(input.MessageGroupId !== undefined && { groupId: input.MessageGroupId }),
    }),
  );

/** Attribute names may end in `.*`, and All or `.*` alone names all of them. */
const isNamed = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern === 'All' || pattern === '.*'
      ? true
      : pattern.endsWith('.*')
        ? name.startsWith(pattern.slice(0, -1))
        : name === pattern,
  );

const pick = <T>(
  map: Readonly<Record<string, T>>,
  patterns: readonly string[],
): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(map).filter(([name]) => isNamed(name, patterns)));

const receiveInput = z.object({
  QueueUrl: queueName,
  AttributeNames: z.array(z.string()).default([]),
  MessageSystemAttributeNames: z.array(z.string()).default([]),
  MessageAttributeNames: z.array(z.string()).default([]),
  MaxNumberOfMessages: z.number().int().min(1, 'must be 1 to 10').max(10, 'must be 1 to 10').default(1),
  VisibilityTimeout: visibility.optional(),
  WaitTimeSeconds: z.number().int().min(0, 'must be 0 to 20').max(20, 'must be 0 to 20').optional(),
});

const receiveOperation = (deps: OperationDeps, clock: LocalClock) =>
  operation(receiveInput, async (input) => {
    const { queues, waker } = deps;
    const queue = queues.named(input.QueueUrl);
    const waitMs =
      input.WaitTimeSeconds === undefined
        ? msOf(queue.attributes, 'ReceiveMessageWaitTimeSeconds')
        : input.WaitTimeSeconds * 1000;
    const hiddenMs = input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000;
    const messages = await longPoll({ clock, waker }, queue.name, waitMs, () =>
      queues.receive(queue.name, input.MaxNumberOfMessages, hiddenMs),
    );
    const systemNames = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
    const [, , , , account = ''] = queue.arn.split(':');
    return {
      Messages: messages.map((message) => {
        const attributes = pick(message.attributes, input.MessageAttributeNames);
        return {
          MessageId: message.id,
          ReceiptHandle: receiptOf(message),
          Body: message.body,
          MD5OfBody: md5(message.body),
          Attributes: pick(systemAttributes(message, account), systemNames),
          ...(Object.keys(attributes).length > 0 && {
            MessageAttributes: attributes,
            MD5OfMessageAttributes: attributesDigest(attributes),
          }),
        };
      }),
    };
  });

const single = { ReceiptHandle: z.string() };
const hidden = { ReceiptHandle: z.string(), VisibilityTimeout: visibility };
const url = { QueueUrl: queueName };

/** The operations on messages, over the wire. */
export const messageOperations = (deps: OperationDeps, clock: LocalClock): Operations => {
  const { queues } = deps;
  // A queue that does not exist fails the call, not each of its entries.
  const batch = <E extends { readonly Id: string }>(
    { QueueUrl, Entries }: { readonly QueueUrl: string; readonly Entries: readonly E[] },
    run: (entry: E) => Readonly<Record<string, unknown>>,
  ): unknown => {
    queues.named(QueueUrl);
    return runBatch(Entries, run);
  };
  return {
    SendMessage: operation(z.object({ ...url, ...messageShape }), (input) =>
      sendOne(queues, input.QueueUrl, input),
    ),
    SendMessageBatch: operation(z.object({ ...url, Entries: batchOf(messageShape) }), (input) =>
      batch(input, (entry) => sendOne(queues, input.QueueUrl, entry)),
    ),
    ReceiveMessage: receiveOperation(deps, clock),
    DeleteMessage: operation(z.object({ ...url, ...single }), (input) =>
      queues.remove(input.QueueUrl, input.ReceiptHandle),
    ),
    DeleteMessageBatch: operation(z.object({ ...url, Entries: batchOf(single) }), (input) =>
      batch(input, (entry) => {
        queues.remove(input.QueueUrl, entry.ReceiptHandle);
        return {};
      }),
    ),
    ChangeMessageVisibility: operation(z.object({ ...url, ...hidden }), (input) =>
      queues.changeVisibility(input.QueueUrl, input.ReceiptHandle, input.VisibilityTimeout * 1000),
    ),
    ChangeMessageVisibilityBatch: operation(z.object({ ...url, Entries: batchOf(hidden) }), (input) =>
      batch(input, (entry) => {
        queues.changeVisibility(input.QueueUrl, entry.ReceiptHandle, entry.VisibilityTimeout * 1000);
        return {};
      }),
    ),
  };
};
