import { type Random, uuidFrom } from '../identifiers.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { checkMessage, type SendInput } from './checks.ts';
import { changeVisibility, forget, receive, remove } from './delivery.ts';
import { alreadySent, createSequence, deduplicationIdOf, deduplicationKey } from './fifo.ts';
import { type Message, receiptOf } from './message.ts';
import { isFifo, msOf, type QueueAttributes } from './queue-attributes.ts';
import { createQueueTable, type QueueTableDeps, type Tags } from './queue-table.ts';
import type { Queue } from './store.ts';

/** What the sender of a message is answered. */
export type SentMessage = Pick<Message, 'id' | 'body' | 'attributes' | 'traceHeader' | 'sequenceNumber'>;

/** What can be done with queues, by name; both the wire and the runtime's own code stand on it. */
export interface Queues {
  create(name: string, attributes: QueueAttributes, tags?: Tags): Queue;
  /** The queue, or QueueDoesNotExist. */
  named(name: string): Queue;
  byArn(arn: string): Queue;
  all(): readonly Queue[];
  setAttributes(name: string, attributes: QueueAttributes): void;
  /** Replaces all tags. */
  setTags(name: string, tags: Tags): void;
  delete(name: string): void;
  purge(name: string): void;
  send(name: string, input: SendInput): SentMessage;
  /**
   * Up to `max` messages, hidden for `hiddenMs` (default: the queue's visibility timeout). A FIFO queue gives an
   * attempt that is repeated by its id the same messages again.
   */
  receive(name: string, max: number, hiddenMs?: number, attemptId?: string): readonly Message[];
  remove(name: string, receipt: string): void;
  changeVisibility(name: string, receipt: string, hiddenMs: number): void;
}

export interface QueuesDeps extends QueueTableDeps {
  readonly random: Random;
}

/** Sends; a FIFO queue takes what it knows already for the message that it has. */
const sending = ({ clock, store, waker, random }: QueuesDeps, named: (name: string) => Queue) => {
  const nextSequence = createSequence(() => clock.now());

  const add = (queue: Queue, input: SendInput, order: Partial<Message>): Message => {
    const now = clock.now();
    const { body, attributes, traceHeader, groupId, delaySeconds } = input;
    const isQueueDelay = delaySeconds === undefined || isFifo(queue.attributes);
    const delayMs = isQueueDelay ? msOf(queue.attributes, 'DelaySeconds') : delaySeconds * 1000;
    const message: Message = {
      ...{ id: uuidFrom(random), body, attributes },
      ...(traceHeader !== undefined && { traceHeader }),
      ...(groupId !== undefined && { groupId }),
      ...order,
      ...{ sentAt: now, visibleAt: now + delayMs, receiveCount: 0 },
    };
    store.write({ kind: 'message', name: queue.name, message });
    waker.touch(queue.name);
    return message;
  };
  const addOnce = (queue: Queue, input: SendInput): SentMessage => {
    const now = clock.now();
    const deduplicationId = deduplicationIdOf(input);
    const key = deduplicationKey(queue, input.groupId ?? '', deduplicationId);
    forget(store, queue, now);
    const known = alreadySent(queue, key, now);
    if (known !== undefined) return { ...input, id: known.id, sequenceNumber: known.sequenceNumber };
    const sequenceNumber = nextSequence();
    const message = add(queue, input, { deduplicationId, sequenceNumber });
    store.write({ kind: 'sent', name: queue.name, key, sent: { id: message.id, sequenceNumber, at: now } });
    return message;
  };
  return (name: string, input: SendInput): SentMessage => {
    const queue = named(name);
    checkMessage(queue, input);
    return isFifo(queue.attributes) ? addOnce(queue, input) : add(queue, input, {});
  };
};

/** Receives; what a repeated attempt was given is hidden anew, and not received once more. */
const receiving = ({ clock, store, waker }: QueuesDeps, attempts: Attempts) => {
  const givenAgain = (queue: Queue, attemptId: string, hidden: number): readonly Message[] | undefined => {
    const now = clock.now();
    const messages = attempts.again(queue, attemptId, now);
    for (const message of messages ?? []) changeVisibility(store, queue, receiptOf(message), hidden, now);
    return messages?.map((message) => ({ ...message, visibleAt: now + hidden }));
  };
  return (queue: Queue, max: number, hidden: number, attemptId: string | undefined): readonly Message[] => {
    const isAttempt = attemptId !== undefined && isFifo(queue.attributes);
    const now = clock.now();
    const again = isAttempt ? givenAgain(queue, attemptId, hidden) : undefined;
    const { messages, deadLettered } =
      again === undefined
        ? receive(store, queue, max, hidden, now)
        : { messages: again, deadLettered: undefined };
    if (isAttempt) attempts.keep(queue, attemptId, messages, now);
    if (deadLettered !== undefined) waker.touch(deadLettered.name);
    waker.touch(queue.name);
    return messages;
  };
};

export const createQueues = (deps: QueuesDeps): Queues => {
  const { clock, store, waker } = deps;
  const table = createQueueTable(deps);
  const named = (name: string): Queue => table.named(name);
  const take = receiving(deps, createAttempts());
  return {
    ...table,
    byArn: (arn) => named(arn.slice(arn.lastIndexOf(':') + 1)),
    all: () => [...store.queues.values()],
    send: sending(deps, named),
    receive(name, max, hiddenMs, attemptId) {
      const queue = named(name);
      return take(queue, max, hiddenMs ?? msOf(queue.attributes, 'VisibilityTimeout'), attemptId);
    },
    remove(name, receipt) {
      remove(store, named(name), receipt, clock.now());
      // What is deleted may have kept the rest of its group.
      waker.touch(name);
    },
    changeVisibility(name, receipt, hiddenMs) {
      changeVisibility(store, named(name), receipt, hiddenMs, clock.now());
      waker.touch(name);
    },
  };
};
