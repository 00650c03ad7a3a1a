import { deduplicationMs, takeable } from './fifo.ts';
import { type Message, parseReceipt } from './message.ts';
import { isFifo, msOf, redrivePolicyOf } from './queue-attributes.ts';
import { invalidValue, sqsError } from './sqs-error.ts';
import type { Queue, SqsStore } from './store.ts';

/** The visible messages of a queue, the oldest first. */
export const visibleMessages = (queue: Queue, now: number): readonly Message[] =>
  [...queue.messages.values()].filter((message) => message.visibleAt <= now);

/**
 * Up to `max` of the visible messages, each the oldest of the group that has the fewest in flight: a group with a
 * backlog does not delay the others ("Amazon SQS fair queues"). A message without a group stands for itself.
 */
const fairly = (queue: Queue, max: number, now: number): readonly Message[] => {
  const visible = visibleMessages(queue, now);
  if (!visible.some(({ groupId }) => groupId !== undefined)) return visible.slice(0, max);
  const groupOf = ({ id, groupId }: Message): string => groupId ?? id;
  const inFlight = new Map<string, number>();
  const count = (group: string): void => void inFlight.set(group, (inFlight.get(group) ?? 0) + 1);
  for (const message of queue.messages.values())
    if (message.receiveCount > 0 && message.visibleAt > now) count(groupOf(message));
  const waiting = new Map<string, Message[]>();
  for (const message of visible) {
    const group = waiting.get(groupOf(message)) ?? [];
    waiting.set(groupOf(message), group);
    group.push(message);
  }
  const chosen: Message[] = [];
  while (chosen.length < max && waiting.size > 0) {
    const [group, messages] = [...waiting].reduce((least, other) =>
      (inFlight.get(other[0]) ?? 0) < (inFlight.get(least[0]) ?? 0) ? other : least,
    );
    const next = messages.shift();
    if (next !== undefined) chosen.push(next);
    count(group);
    if (messages.length === 0) waiting.delete(group);
  }
  return chosen;
};

const expire = (store: SqsStore, queue: Queue, now: number): void => {
  const oldest = now - msOf(queue.attributes, 'MessageRetentionPeriod');
  for (const message of queue.messages.values())
    if (message.sentAt <= oldest) store.write({ kind: 'gone', name: queue.name, id: message.id });
};

/** Forgets what a FIFO queue need not know again; the oldest come first. */
export const forget = (store: SqsStore, queue: Queue, now: number): void => {
  for (const [key, { at }] of queue.sent) {
    if (at + deduplicationMs > now) return;
    store.write({ kind: 'forgotten', name: queue.name, key });
  }
};

/** Moves a message to a dead-letter queue: all that is known of it goes with it, its age and its receipts too. */
const giveUp = (store: SqsStore, queue: Queue, message: Message, target: Queue, now: number): void => {
  const moved = { ...message, visibleAt: now, deadLetterSource: queue.arn };
  store.write({ kind: 'message', name: target.name, message: moved });
  store.write({ kind: 'gone', name: queue.name, id: message.id });
};

/**
 * Gives up what has been received as often as the redrive policy allows and is visible again. Returns the
 * queue that got something. SQS does this at the next receipt; where nobody receives, nothing moves.
 */
const redrive = (store: SqsStore, queue: Queue, now: number): Queue | undefined => {
  const policy = redrivePolicyOf(queue.attributes);
  const target = [...store.queues.values()].find(({ arn }) => arn === policy?.deadLetterTargetArn);
  if (policy === undefined || target === undefined) return undefined;
  const visible = isFifo(queue.attributes) ? takeable(queue, now) : visibleMessages(queue, now);
  const spent = visible.filter((message) => message.receiveCount >= policy.maxReceiveCount);
  for (const message of spent) giveUp(store, queue, message, target, now);
  return spent.length > 0 ? target : undefined;
};

export interface Received {
  readonly messages: readonly Message[];
  /** A dead-letter queue that got messages on the way. */
  readonly deadLettered?: Queue;
}

/** Takes up to `max` visible messages and hides them for the visibility timeout. */
export const receive = (
  store: SqsStore,
  queue: Queue,
  max: number,
  hiddenMs: number,
  now: number,
): Received => {
  expire(store, queue, now);
  forget(store, queue, now);
  const deadLettered = redrive(store, queue, now);
  const next = isFifo(queue.attributes) ? takeable(queue, now).slice(0, max) : fairly(queue, max, now);
  const messages = next.map((message): Message => {
    const delivery = {
      visibleAt: now + hiddenMs,
      receiveCount: message.receiveCount + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
      lastReceivedAt: now,
    };
    store.write({ kind: 'delivered', name: queue.name, id: message.id, delivery });
    return { ...message, ...delivery };
  });
  return { messages, ...(deadLettered !== undefined && { deadLettered }) };
};

/** The message that a receipt stands for; nothing when it is gone or has been received again since. */
const receiptHolder = (queue: Queue, handle: string): Message | undefined => {
  const receipt = parseReceipt(handle);
  if (receipt === undefined)
    throw sqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  const message = queue.messages.get(receipt.messageId);
  return message?.receiveCount === receipt.receiveCount ? message : undefined;
};

/**
 * Deletes by receipt. An outdated receipt is accepted and deletes nothing, which is the worse of what SQS may do; a
 * FIFO queue refuses one whose time is over.
 */
export const remove = (store: SqsStore, queue: Queue, handle: string, now: number): void => {
  const message = receiptHolder(queue, handle);
  if (isFifo(queue.attributes) && message !== undefined && message.visibleAt <= now)
    throw invalidValue(handle, 'ReceiptHandle', 'The receipt handle has expired.');
  if (message !== undefined) store.write({ kind: 'gone', name: queue.name, id: message.id });
};

/** A message may be hidden for twelve hours from its receipt on, and no longer. */
const hiddenMsMax = 43_200_000;

/**
 * Hides a received message for so long from now on; 0 shows it at once. One whose time is over can be hidden again as
 * long as nobody else has received it.
 */
export const changeVisibility = (
  store: SqsStore,
  queue: Queue,
  handle: string,
  hiddenMs: number,
  now: number,
): void => {
  const message = receiptHolder(queue, handle);
  if (message === undefined && queue.messages.has(parseReceipt(handle)?.messageId ?? ''))
    throw sqsError('MessageNotInflight', 'The message is not in flight.');
  if (message === undefined)
    throw invalidValue(
      handle,
      'ReceiptHandle',
      'Message does not exist or is not available for visibility timeout change.',
    );
  const { receiveCount, firstReceivedAt, lastReceivedAt = now } = message;
  if (now + hiddenMs > lastReceivedAt + hiddenMsMax)
    throw invalidValue(
      hiddenMs / 1000,
      'VisibilityTimeout',
      'Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
    );
  const delivery = {
    ...{ visibleAt: now + hiddenMs, receiveCount, lastReceivedAt },
    ...(firstReceivedAt !== undefined && { firstReceivedAt }),
  };
  store.write({ kind: 'delivered', name: queue.name, id: message.id, delivery });
};
