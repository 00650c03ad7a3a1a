import type { Journal } from '../journal.ts';
import type { Message } from './message.ts';
import type { QueueAttributes } from './queue-attributes.ts';

/** A queue without what lies in it. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly attributes: QueueAttributes;
  readonly tags?: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** A message that a FIFO queue would know again. */
export interface Sent {
  readonly id: string;
  readonly sequenceNumber: string;
  readonly at: number;
}

export interface Queue extends QueueSettings {
  /** In the order in which they came. */
  readonly messages: ReadonlyMap<string, Message>;
  /** By their deduplication keys. */
  readonly sent: ReadonlyMap<string, Sent>;
  readonly purgedAt?: number;
}

export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly perSecond?: number;
  readonly moved: number;
  readonly at: number;
}

type Delivery = Pick<Message, 'visibleAt' | 'receiveCount' | 'firstReceivedAt' | 'lastReceivedAt'>;

export type SqsRecord =
  | { readonly kind: 'queue'; readonly queue: QueueSettings }
  | { readonly kind: 'queue-deleted'; readonly name: string; readonly at?: number }
  | { readonly kind: 'purged'; readonly name: string; readonly at?: number }
  | { readonly kind: 'message'; readonly name: string; readonly message: Message }
  | { readonly kind: 'delivered'; readonly name: string; readonly id: string; readonly delivery: Delivery }
  | { readonly kind: 'gone'; readonly name: string; readonly id: string }
  | { readonly kind: 'sent'; readonly name: string; readonly key: string; readonly sent: Sent }
  | { readonly kind: 'forgotten'; readonly name: string; readonly key: string }
  | { readonly kind: 'task'; readonly task: MoveTask };

interface OpenQueue extends QueueSettings {
  readonly messages: Map<string, Message>;
  readonly sent: Map<string, Sent>;
  purgedAt?: number;
}

export interface SqsStore {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly tasks: readonly MoveTask[];
  /** When queues were deleted, by their names. */
  readonly deleted: ReadonlyMap<string, number>;
  write(record: SqsRecord): void;
}

/** A message leaves at least three lines behind; the file is rewritten when nearly all of it is past. */
const compactAfter = 20_000;

type QueueRecord = Exclude<SqsRecord, { readonly kind: 'queue' | 'queue-deleted' | 'task' }>;

const applyTo = (queue: OpenQueue, record: QueueRecord): void => {
  const { messages, sent } = queue;
  switch (record.kind) {
    case 'purged':
      messages.clear();
      if (record.at !== undefined) queue.purgedAt = record.at;
      return;
    case 'message':
      return void messages.set(record.message.id, record.message);
    case 'gone':
      return void messages.delete(record.id);
    case 'sent':
      // A key that is used anew goes to the end: the oldest come first.
      sent.delete(record.key);
      return void sent.set(record.key, record.sent);
    case 'forgotten':
      return void sent.delete(record.key);
    case 'delivered': {
      const message = messages.get(record.id);
      if (message !== undefined) messages.set(record.id, { ...message, ...record.delivery });
    }
  }
};

/** The records that alone would make a queue what it is. */
const recordsOf = ({ messages, sent, purgedAt, ...queue }: OpenQueue): readonly SqsRecord[] => [
  { kind: 'queue', queue },
  ...(purgedAt === undefined ? [] : [{ kind: 'purged' as const, name: queue.name, at: purgedAt }]),
  ...[...messages.values()].map((message) => ({ kind: 'message' as const, name: queue.name, message })),
  ...[...sent].map(([key, one]) => ({ kind: 'sent' as const, name: queue.name, key, sent: one })),
];

/** The queues in memory, and in the journal line by line. */
export const createSqsStore = (journal: Journal<SqsRecord>): SqsStore => {
  const queues = new Map<string, OpenQueue>();
  const deleted = new Map<string, number>();
  const tasks: MoveTask[] = [];
  let lines = 0;

  const apply = (record: SqsRecord): void => {
    if (record.kind === 'task') return void tasks.push(record.task);
    if (record.kind === 'queue') {
      const { name } = record.queue;
      const existing = queues.get(name) ?? {
        messages: new Map<string, Message>(),
        sent: new Map<string, Sent>(),
      };
      deleted.delete(name);
      return void queues.set(name, { ...existing, ...record.queue });
    }
    if (record.kind === 'queue-deleted') {
      if (record.at !== undefined) deleted.set(record.name, record.at);
      return void queues.delete(record.name);
    }
    const queue = queues.get(record.name);
    if (queue !== undefined) applyTo(queue, record);
  };

  const live = (): readonly SqsRecord[] => [
    ...[...deleted].map(([name, at]) => ({ kind: 'queue-deleted' as const, name, at })),
    ...[...queues.values()].flatMap(recordsOf),
    ...tasks.map((task) => ({ kind: 'task' as const, task })),
  ];
  const compact = (): void => {
    const records = live();
    journal.compact(records);
    lines = records.length;
  };

  journal.records.forEach(apply);
  if (journal.records.length > 0) compact();

  return {
    queues,
    tasks,
    deleted,
    write(record) {
      journal.append(record);
      apply(record);
      lines += 1;
      if (lines > compactAfter && lines > 10 * live().length) compact();
    },
  };
};
