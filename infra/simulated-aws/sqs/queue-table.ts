import type { LocalClock } from '../clock.ts';
import { checkName, checkSame } from './checks.ts';
import {
  askedAttributes,
  changedAttributes,
  defaultAttributes,
  defaultFifoAttributes,
  isFifo,
  mayBeTargetOf,
  type QueueAttributes,
  redrivePolicyOf,
  withChanges,
} from './queue-attributes.ts';
import { invalidParameter, invalidValue, sqsError } from './sqs-error.ts';
import type { Queue, QueueSettings, SqsStore } from './store.ts';
import type { Waker } from './waker.ts';

export type Tags = Readonly<Record<string, string>>;

export interface QueueTableDeps {
  readonly clock: LocalClock;
  readonly store: SqsStore;
  readonly waker: Waker;
  readonly account: string;
  readonly region: string;
}

/** How long a deleted queue's name is taken, and a purged queue cannot be purged again. */
const pauseMs = 60_000;

const tagsMax = 50;

const checkedTags = (name: string, tags: Tags): Tags => {
  if (Object.keys(tags).length > tagsMax) throw invalidParameter(`Too many tags added for queue ${name}.`);
  for (const [key, value] of Object.entries(tags))
    if (!/^(?!aws:).{1,128}$/su.test(key) || value.length > 256)
      throw invalidParameter(`The tag ${key} is invalid: keys have 1 to 128 characters, values up to 256.`);
  return tags;
};

/** Refuses a dead-letter queue that is none, is of the other kind, or does not want to be this queue's. */
const checkTarget = (
  store: SqsStore,
  arn: string,
  attributes: QueueAttributes,
  asked: QueueAttributes,
): void => {
  const policy = asked['RedrivePolicy'];
  const targetArn = redrivePolicyOf(asked)?.deadLetterTargetArn;
  if (targetArn === undefined) return;
  const refused = (reason: string) => invalidValue(policy, 'RedrivePolicy', reason);
  const target = [...store.queues.values()].find((queue) => queue.arn === targetArn);
  if (target === undefined) throw refused('Dead letter target does not exist.');
  if (isFifo(target.attributes) !== isFifo(attributes))
    throw refused('Dead-letter queue must be same type of queue as the source.');
  if (!mayBeTargetOf(target.attributes, arn))
    throw refused('Queue does not have permission to use the specified dead-letter queue.');
};

/** Reads and writes of the queues themselves. */
export const createQueueTable = ({ clock, store, waker, account, region }: QueueTableDeps) => {
  const arnOf = (name: string): string => `arn:aws:sqs:${region}:${account}:${name}`;
  const named = (name: string): Queue => {
    const queue = store.queues.get(name);
    if (queue === undefined) throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  const save = (queue: QueueSettings): void => {
    store.write({ kind: 'queue', queue });
    waker.touch(queue.name);
  };
  const add = (name: string, asked: QueueAttributes, tags: Tags): void => {
    const at = clock.now();
    if (at < (store.deleted.get(name) ?? -Infinity) + pauseMs)
      throw sqsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    const defaults = { ...defaultAttributes, ...(isFifo(asked) && defaultFifoAttributes) };
    const attributes = withChanges(defaults, asked);
    save({
      name,
      arn: arnOf(name),
      attributes,
      tags: checkedTags(name, tags),
      createdAt: at,
      modifiedAt: at,
    });
  };
  return {
    named,
    create(name: string, wanted: QueueAttributes, tags: Tags = {}): Queue {
      const asked = askedAttributes(wanted);
      checkName(name, asked);
      checkTarget(store, arnOf(name), asked, asked);
      const existing = store.queues.get(name);
      if (existing === undefined) add(name, asked, tags);
      else checkSame(existing, asked);
      return named(name);
    },
    setAttributes(name: string, wanted: QueueAttributes): void {
      const { arn, tags = {}, createdAt, attributes } = named(name);
      const changes = changedAttributes(attributes, wanted);
      checkTarget(store, arn, attributes, changes);
      const changed = withChanges(attributes, changes);
      save({ name, arn, tags, createdAt, attributes: changed, modifiedAt: clock.now() });
    },
    setTags(name: string, tags: Tags): void {
      const { arn, createdAt, modifiedAt, attributes } = named(name);
      save({ name, arn, attributes, tags: checkedTags(name, tags), createdAt, modifiedAt });
    },
    delete: (name: string) => store.write({ kind: 'queue-deleted', name: named(name).name, at: clock.now() }),
    purge(name: string): void {
      const { purgedAt = -Infinity } = named(name);
      if (clock.now() < purgedAt + pauseMs)
        throw sqsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
        );
      store.write({ kind: 'purged', name, at: clock.now() });
    },
  };
};
