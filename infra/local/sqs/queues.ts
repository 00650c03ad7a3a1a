import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { checkMessage, checkName, checkSame, type SendInput } from './checks.ts';
import { changeVisibility, receive, remove } from './delivery.ts';
import type { Message } from './message.ts';
import {
  checkAttributes,
  defaultAttributes,
  msOf,
  type QueueAttributes,
  redrivePolicyOf,
} from './queue-attributes.ts';
import type { Queue, QueueSettings, SqsStore } from './store.ts';
import type { Waker } from './waker.ts';

/** What can be done with queues, by name; both the wire and the runtime's own code stand on it. */
export interface Queues {
  create(name: string, attributes: QueueAttributes): Queue;
  /** The queue, or QueueDoesNotExist. */
  named(name: string): Queue;
  byArn(arn: string): Queue;
  all(): readonly Queue[];
  setAttributes(name: string, attributes: QueueAttributes): void;
  delete(name: string): void;
  purge(name: string): void;
  send(name: string, input: SendInput): Message;
  /** Up to `max` messages, hidden for `hiddenMs` (default: the queue's visibility timeout). */
  receive(name: string, max: number, hiddenMs?: number): readonly Message[];
  remove(name: string, receipt: string): void;
  changeVisibility(name: string, receipt: string, hiddenMs: number): void;
}

export interface QueuesDeps {
  readonly clock: LocalClock;
  readonly store: SqsStore;
  readonly waker: Waker;
  readonly random: Random;
  readonly account: string;
  readonly region: string;
}

/** Reads and writes of the queues themselves. */
const queueTable = ({ clock, store, waker, account, region }: QueuesDeps) => {
  const named = (name: string): Queue => {
    const queue = store.queues.get(name);
    if (queue === undefined)
      throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  const checkTarget = (attributes: QueueAttributes): void => {
    const target = redrivePolicyOf(attributes)?.deadLetterTargetArn;
    if (target !== undefined && ![...store.queues.values()].some(({ arn }) => arn === target))
      throw new ServiceError('InvalidParameterValue', `Dead letter target ${target} does not exist.`);
  };
  const save = (queue: QueueSettings): void => {
    store.write({ kind: 'queue', queue });
    waker.touch(queue.name);
  };
  const add = (name: string, asked: QueueAttributes): void => {
    const at = clock.now();
    const arn = `arn:aws:sqs:${region}:${account}:${name}`;
    save({ name, arn, attributes: { ...defaultAttributes, ...asked }, createdAt: at, modifiedAt: at });
  };

  return {
    named,
    create(name: string, asked: QueueAttributes): Queue {
      checkName(name);
      checkAttributes(asked);
      checkTarget(asked);
      const existing = store.queues.get(name);
      if (existing === undefined) add(name, asked);
      else checkSame(existing, asked);
      return named(name);
    },
    setAttributes(name: string, changed: QueueAttributes): void {
      const { arn, createdAt, attributes } = named(name);
      checkAttributes(changed);
      checkTarget(changed);
      save({ name, arn, createdAt, attributes: { ...attributes, ...changed }, modifiedAt: clock.now() });
    },
  };
};

export const createQueues = (deps: QueuesDeps): Queues => {
  const { clock, store, waker, random } = deps;
  const table = queueTable(deps);
  const named = (name: string): Queue => table.named(name);
  return {
    ...table,
    byArn: (arn) => named(arn.slice(arn.lastIndexOf(':') + 1)),
    all: () => [...store.queues.values()],
    delete: (name) => store.write({ kind: 'queue-deleted', name: named(name).name }),
    purge: (name) => store.write({ kind: 'purged', name: named(name).name }),
    send(name, input) {
      const queue = named(name);
      checkMessage(queue, input);
      const now = clock.now();
      const { body, attributes, groupId, delaySeconds } = input;
      const delayMs =
        delaySeconds === undefined ? msOf(queue.attributes, 'DelaySeconds') : delaySeconds * 1000;
      const visibleAt = now + delayMs;
      const message: Message = {
        id: uuidFrom(random),
        body,
        attributes,
        ...(groupId !== undefined && { groupId }),
        sentAt: now,
        visibleAt,
        receiveCount: 0,
      };
      store.write({ kind: 'message', name, message });
      waker.touch(name);
      return message;
    },
    receive(name, max, hiddenMs) {
      const queue = named(name);
      const hidden = hiddenMs ?? msOf(queue.attributes, 'VisibilityTimeout');
      const { messages, deadLettered } = receive(store, queue, max, hidden, clock.now());
      if (deadLettered !== undefined) waker.touch(deadLettered.name);
      waker.touch(name);
      return messages;
    },
    remove: (name, receipt) => remove(store, named(name), receipt),
    changeVisibility(name, receipt, hiddenMs) {
      changeVisibility(store, named(name), receipt, hiddenMs, clock.now());
      waker.touch(name);
    },
  };
};
