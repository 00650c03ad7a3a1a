import type { Journal } from '../journal.ts';
import type { Message } from './message.ts';
import type { QueueAttributes } from './queue-attributes.ts';

/** A queue without what lies in it. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly attributes: QueueAttributes;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface Queue extends QueueSettings {
  /** In the order in which they came. */
  readonly messages: ReadonlyMap<string, Message>;
}

export interface MoveTask {
  readonly handle: string;
  readonly sourceArn: string;
  readonly destinationArn?: string;
  readonly moved: number;
  readonly at: number;
}

type Delivery = Pick<Message, 'visibleAt' | 'receiveCount' | 'firstReceivedAt'>;

export type SqsRecord =
  | { readonly kind: 'queue'; readonly queue: QueueSettings }
  | { readonly kind: 'queue-deleted'; readonly name: string }
  | { readonly kind: 'purged'; readonly name: string }
  | { readonly kind: 'message'; readonly name: string; readonly message: Message }
  | { readonly kind: 'delivered'; readonly name: string; readonly id: string; readonly delivery: Delivery }
  | { readonly kind: 'gone'; readonly name: string; readonly id: string }
  | { readonly kind: 'task'; readonly task: MoveTask };

interface OpenQueue extends QueueSettings {
  readonly messages: Map<string, Message>;
}

export interface SqsStore {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly tasks: readonly MoveTask[];
  write(record: SqsRecord): void;
}

/** A message leaves at least three lines behind; the file is rewritten when nearly all of it is past. */
const compactAfter = 20_000;

/** The queues in memory, and in the journal line by line. */
export const createSqsStore = (journal: Journal<SqsRecord>): SqsStore => {
  const queues = new Map<string, OpenQueue>();
  const tasks: MoveTask[] = [];
  let lines = 0;

  const apply = (record: SqsRecord): void => {
    if (record.kind === 'task') return void tasks.push(record.task);
    if (record.kind === 'queue') {
      const messages = queues.get(record.queue.name)?.messages ?? new Map<string, Message>();
      return void queues.set(record.queue.name, { ...record.queue, messages });
    }
    if (record.kind === 'queue-deleted') return void queues.delete(record.name);
    const messages = queues.get(record.name)?.messages;
    if (messages === undefined) return;
    if (record.kind === 'purged') return void messages.clear();
    if (record.kind === 'message') return void messages.set(record.message.id, record.message);
    if (record.kind === 'gone') return void messages.delete(record.id);
    const message = messages.get(record.id);
    if (message !== undefined) messages.set(record.id, { ...message, ...record.delivery });
  };

  const live = (): readonly SqsRecord[] => [
    ...[...queues.values()].flatMap(({ messages, ...queue }): readonly SqsRecord[] => [
      { kind: 'queue', queue },
      ...[...messages.values()].map((message) => ({ kind: 'message' as const, name: queue.name, message })),
    ]),
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
    write(record) {
      journal.append(record);
      apply(record);
      lines += 1;
      if (lines > compactAfter && lines > 10 * live().length) compact();
    },
  };
};
