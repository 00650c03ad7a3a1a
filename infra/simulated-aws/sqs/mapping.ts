import * as z from 'zod';
import { attributesDigest, md5 } from './digest.ts';
import { type Message, receiptOf } from './message.ts';
import type { Queues } from './queues.ts';
import type { Waker } from './waker.ts';

/** A record of the event that Lambda makes of an SQS message. */
export interface SqsEventRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsEventAttribute>>;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

interface SqsEventAttribute {
  readonly dataType: string;
  readonly stringValue?: string | undefined;
  readonly binaryValue?: string | undefined;
  readonly stringListValues: readonly string[];
  readonly binaryListValues: readonly string[];
}

export interface Mapping {
  /** 1..10,000 messages handed over together. */
  readonly batchSize: number;
  /** Batches handled at once. Default: 10. */
  readonly concurrencyMax?: number;
  /** Resolves to `{batchItemFailures: [{itemIdentifier}]}`, or to nothing when all went well; rejects when none did. */
  readonly handler: (records: readonly SqsEventRecord[]) => Promise<unknown>;
}

/** System attributes as both ReceiveMessage and Lambda's event show them. */
export const systemAttributes = (message: Message, account: string): Readonly<Record<string, string>> => ({
  SenderId: account,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
  ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
  ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
  ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
});

const attributeOf = ({
  DataType,
  StringValue,
  BinaryValue,
}: Message['attributes'][string]): SqsEventAttribute => ({
  dataType: DataType,
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
  stringListValues: [],
  binaryListValues: [],
});

const recordOf = (message: Message, arn: string): SqsEventRecord => {
  const [, , , region = '', account = ''] = arn.split(':');
  const digest = attributesDigest(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: receiptOf(message),
    body: message.body,
    attributes: systemAttributes(message, account),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, attribute]) => [name, attributeOf(attribute)]),
    ),
    md5OfBody: md5(message.body),
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: region,
  };
};

const response = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() })
  .nullish();

/**
 * The messages that succeeded. An answer that is malformed or names an unknown message fails the whole batch
 * ("Reporting batch item failures").
 */
export const succeeded = (messages: readonly Message[], answer: unknown): readonly Message[] => {
  const parsed = response.safeParse(answer);
  if (!parsed.success) return [];
  const failed = (parsed.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  const isKnown = failed.every((id) => messages.some((message) => message.id === id));
  return isKnown ? messages.filter((message) => !failed.includes(message.id)) : [];
};

/**
 * An event source mapping with ReportBatchItemFailures: takes messages the moment they are visible. What
 * fails is left alone and comes back when its visibility timeout ends. Returns the end of the mapping.
 */
export const startMapping = (queues: Queues, waker: Waker, name: string, mapping: Mapping): (() => void) => {
  const { batchSize, concurrencyMax = 10, handler } = mapping;
  const { arn } = queues.named(name);
  let running = 0;
  let isOpen = true;

  // The queue may be deleted while its messages are being handled.
  const isThere = (): boolean => isOpen && queues.all().some((queue) => queue.name === name);
  const run = async (messages: readonly Message[]): Promise<readonly Message[]> => {
    try {
      return succeeded(messages, await handler(messages.map((message) => recordOf(message, arn))));
    } catch {
      // A function that fails has reported its error; to the queue it only means that nothing succeeded.
      return [];
    }
  };
  const handle = async (messages: readonly Message[]): Promise<void> => {
    const done = await run(messages);
    running -= 1;
    if (!isThere()) return;
    for (const message of done) queues.remove(name, receiptOf(message));
    pump();
  };
  const pump = (): void => {
    while (isThere() && running < concurrencyMax) {
      const messages = queues.receive(name, batchSize);
      if (messages.length === 0) return;
      running += 1;
      void handle(messages);
    }
  };
  const unwatch = waker.watch(name, pump);
  return () => {
    isOpen = false;
    unwatch();
  };
};
