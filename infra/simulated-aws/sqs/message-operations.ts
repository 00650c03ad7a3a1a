import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import type { Operation, Operations } from '../protocols/operation.ts';
import type { WireRequest } from '../wire.ts';
import { batchOf, checkBatch, runBatch } from './batch.ts';
import { messageBytes } from './checks.ts';
import { attributesDigest, md5 } from './digest.ts';
import { longPoll } from './long-poll.ts';
import { systemAttributes } from './mapping.ts';
import { type Message, type MessageAttributes, receiptOf } from './message.ts';
import { isFifo, msOf } from './queue-attributes.ts';
import type { OperationDeps } from './queue-operations.ts';
import type { Queues, SentMessage } from './queues.ts';
import { invalidParameter } from './sqs-error.ts';
import { bounded, queueName, sqsOperation } from './sqs-operation.ts';

const attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

const traceHeaderOnly = 'Message system attribute name has to be AWSTraceHeader, of type String.';

const messageShape = {
  MessageBody: z.string(),
  DelaySeconds: z.number().optional(),
  MessageGroupId: z.string().optional(),
  MessageDeduplicationId: z.string().optional(),
  MessageAttributes: z.record(z.string(), attribute).default({}),
  MessageSystemAttributes: z
    .strictObject(
      {
        AWSTraceHeader: z
          .object({ DataType: z.literal('String', traceHeaderOnly), StringValue: z.string(traceHeaderOnly) })
          .optional(),
      },
      traceHeaderOnly,
    )
    .optional(),
};

const visibility = bounded('VisibilityTimeout', 0, 43_200, 'Must be >= 0 and <= 43200, if provided.');

const traceDigest = (traceHeader: string | undefined): string | undefined =>
  traceHeader === undefined
    ? undefined
    : attributesDigest({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } });

const sent = (message: SentMessage): Readonly<Record<string, unknown>> => ({
  MessageId: message.id,
  MD5OfMessageBody: md5(message.body),
  MD5OfMessageAttributes: attributesDigest(message.attributes),
  MD5OfMessageSystemAttributes: traceDigest(message.traceHeader),
  SequenceNumber: message.sequenceNumber,
});

interface MessageInput {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageAttributes: MessageAttributes;
  readonly MessageSystemAttributes?:
    { readonly AWSTraceHeader?: { readonly StringValue: string } | undefined } | undefined;
}

/** A traced sender says so in the message, or in the header of its request. */
const traceHeaderOf = (input: MessageInput, request: WireRequest): string | undefined =>
  input.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? request.headers['x-amzn-trace-id'];

const sendOne = (
  queues: Queues,
  name: string,
  input: MessageInput,
  request: WireRequest,
): Readonly<Record<string, unknown>> => {
  const traceHeader = traceHeaderOf(input, request);
  return sent(
    queues.send(name, {
      body: input.MessageBody,
      attributes: input.MessageAttributes,
      ...(traceHeader !== undefined && { traceHeader }),
      ...(input.DelaySeconds !== undefined && { delaySeconds: input.DelaySeconds }),
      ...(input.MessageGroupId !== undefined && { groupId: input.MessageGroupId }),
      ...(input.MessageDeduplicationId !== undefined && { deduplicationId: input.MessageDeduplicationId }),
    }),
  );
};

/** What a FIFO queue cannot order refuses the whole batch. */
const checkOrdered = (queues: Queues, name: string, entries: readonly MessageInput[]): void => {
  const { attributes } = queues.named(name);
  if (!isFifo(attributes)) return;
  if (entries.some(({ MessageGroupId }) => MessageGroupId === undefined))
    throw invalidParameter('The request must contain the parameter MessageGroupId.');
  const isKnown = attributes['ContentBasedDeduplication'] === 'true';
  if (!isKnown && entries.some(({ MessageDeduplicationId }) => MessageDeduplicationId === undefined))
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
};

const bytesOf = (entries: readonly MessageInput[]): number =>
  entries.reduce(
    (sum, { MessageBody, MessageAttributes }) => sum + messageBytes(MessageBody, MessageAttributes),
    0,
  );

const sendBatch = ({ queues }: OperationDeps): Operation =>
  sqsOperation(
    z.object({ QueueUrl: queueName, Entries: batchOf(messageShape) }),
    ({ QueueUrl, Entries }, request) => {
      queues.named(QueueUrl);
      checkBatch(
        Entries.map(({ Id }) => Id),
        bytesOf(Entries),
      );
      checkOrdered(queues, QueueUrl, Entries);
      return runBatch(Entries, (entry) => sendOne(queues, QueueUrl, entry, request));
    },
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
  MaxNumberOfMessages: bounded(
    'MaxNumberOfMessages',
    1,
    10,
    'Must be between 1 and 10, if provided.',
  ).default(1),
  VisibilityTimeout: visibility.optional(),
  WaitTimeSeconds: bounded('WaitTimeSeconds', 0, 20, 'Must be >= 0 and <= 20, if provided.').optional(),
  ReceiveRequestAttemptId: z.string().optional(),
});

type ReceiveInput = z.output<typeof receiveInput>;

const messageView = (message: Message, account: string, input: ReceiveInput) => {
  const attributes = pick(message.attributes, input.MessageAttributeNames);
  const systemNames = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
  return {
    MessageId: message.id,
    ReceiptHandle: receiptOf(message),
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: pick(systemAttributes(message, account), systemNames),
    MD5OfMessageAttributes: attributesDigest(attributes),
    MessageAttributes: attributes,
  };
};

const receiveOperation = (deps: OperationDeps, clock: LocalClock) =>
  sqsOperation(receiveInput, async (input) => {
    const { queues, waker } = deps;
    const queue = queues.named(input.QueueUrl);
    const waitMs =
      input.WaitTimeSeconds === undefined
        ? msOf(queue.attributes, 'ReceiveMessageWaitTimeSeconds')
        : input.WaitTimeSeconds * 1000;
    const hiddenMs = input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000;
    const messages = await longPoll({ clock, waker }, queue.name, waitMs, () =>
      queues.receive(queue.name, input.MaxNumberOfMessages, hiddenMs, input.ReceiveRequestAttemptId),
    );
    const [, , , , account = ''] = queue.arn.split(':');
    return { Messages: messages.map((message) => messageView(message, account, input)) };
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
    run: (entry: E) => void,
  ): unknown => {
    queues.named(QueueUrl);
    checkBatch(Entries.map(({ Id }) => Id));
    return runBatch(Entries, (entry) => {
      run(entry);
      return {};
    });
  };
  return {
    SendMessage: sqsOperation(z.object({ ...url, ...messageShape }), (input, request) =>
      sendOne(queues, input.QueueUrl, input, request),
    ),
    SendMessageBatch: sendBatch(deps),
    ReceiveMessage: receiveOperation(deps, clock),
    DeleteMessage: sqsOperation(z.object({ ...url, ...single }), (input) =>
      queues.remove(input.QueueUrl, input.ReceiptHandle),
    ),
    DeleteMessageBatch: sqsOperation(z.object({ ...url, Entries: batchOf(single) }), (input) =>
      batch(input, (entry) => queues.remove(input.QueueUrl, entry.ReceiptHandle)),
    ),
    ChangeMessageVisibility: sqsOperation(z.object({ ...url, ...hidden }), (input) =>
      queues.changeVisibility(input.QueueUrl, input.ReceiptHandle, input.VisibilityTimeout * 1000),
    ),
    ChangeMessageVisibilityBatch: sqsOperation(z.object({ ...url, Entries: batchOf(hidden) }), (input) =>
      batch(input, (entry) =>
        queues.changeVisibility(input.QueueUrl, entry.ReceiptHandle, entry.VisibilityTimeout * 1000),
      ),
    ),
  };
};
