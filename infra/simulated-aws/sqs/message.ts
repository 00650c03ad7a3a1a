/** A message attribute as the wire has it; binary values in base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message in a queue. Times in epoch ms. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** X-Ray's header, as the sender gave it. */
  readonly traceHeader?: string;
  /** Of a standard queue the tenant that it is of, between whom the queue is fair; of a FIFO queue its group. */
  readonly groupId?: string;
  /** Of a FIFO queue: by what its repetition is known, and its place. */
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly sentAt: number;
  /** Not delivered before this time: the end of its delay, or of the visibility timeout of its last receipt. */
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt?: number;
  readonly lastReceivedAt?: number;
  /** The queue that gave it up, on a message that was moved to a dead-letter queue. */
  readonly deadLetterSource?: string;
}

/** A receipt names the message and which of its deliveries it stands for. */
export const receiptOf = (message: Message): string =>
  Buffer.from(`${message.id}:${message.receiveCount}`).toString('base64url');

export interface Receipt {
  readonly messageId: string;
  readonly receiveCount: number;
}

export const parseReceipt = (handle: string): Receipt | undefined => {
  const match = /^(?<id>[0-9a-f-]{36}):(?<count>\d+)$/.exec(
    Buffer.from(handle, 'base64url').toString('utf8'),
  );
  const groups = match?.groups;
  return groups === undefined
    ? undefined
    : { messageId: groups['id'] ?? '', receiveCount: Number(groups['count']) };
};

/** The message as a new one that nobody has ever received: with an id and an age of its own. */
export const sentAgain = (message: Message, id: string, now: number): Message => {
  const { firstReceivedAt: _, lastReceivedAt: __, deadLetterSource: ___, ...rest } = message;
  return { ...rest, id, sentAt: now, visibleAt: now, receiveCount: 0 };
};
