import * as z from 'zod';
import { operation, type Operations } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { visibleMessages } from './delivery.ts';
import { moveMessages } from './move-task.ts';
import type { Queues } from './queues.ts';
import type { Queue, SqsStore } from './store.ts';
import type { Waker } from './waker.ts';

export interface OperationDeps {
  readonly queues: Queues;
  readonly store: SqsStore;
  readonly waker: Waker;
  readonly now: () => number;
  readonly urlOf: (queue: Queue) => string;
}

/** A queue's URL ends in its name; the host and the account before it are of no account here. */
export const queueName = z
  .string()
  .min(1)
  .transform((url) => url.slice(url.lastIndexOf('/') + 1));

const attributesOf = (queue: Queue, now: number): Readonly<Record<string, string>> => {
  const visible = visibleMessages(queue, now).length;
  const delayed = [...queue.messages.values()].filter(
    ({ visibleAt, receiveCount }) => visibleAt > now && receiveCount === 0,
  );
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed.length),
    ApproximateNumberOfMessagesNotVisible: String(queue.messages.size - visible - delayed.length),
  };
};

const getAttributes = ({ queues, now }: OperationDeps) =>
  operation(z.object({ QueueUrl: queueName, AttributeNames: z.array(z.string()).default([]) }), (input) => {
    const all = attributesOf(queues.named(input.QueueUrl), now());
    const chosen = Object.entries(all).filter(
      ([name]) => input.AttributeNames.includes('All') || input.AttributeNames.includes(name),
    );
    return { Attributes: Object.fromEntries(chosen) };
  });

const list = z.object({
  QueueNamePrefix: z.string().default(''),
  MaxResults: z.number().int().min(1).max(1000).default(1000),
  NextToken: z.string().optional(),
});

const moveTasks = (deps: OperationDeps): Operations => ({
  StartMessageMoveTask: operation(
    z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() }),
    (input) => ({ TaskHandle: moveMessages(deps, input.SourceArn, input.DestinationArn, deps.now()).handle }),
  ),
  ListMessageMoveTasks: operation(
    z.object({ SourceArn: z.string(), MaxResults: z.number().int().min(1).max(10).default(1) }),
    (input) => ({
      Results: deps.store.tasks
        .filter((task) => task.sourceArn === input.SourceArn)
        .toReversed()
        .slice(0, input.MaxResults)
        .map((task) => ({
          Status: 'COMPLETED',
          SourceArn: task.sourceArn,
          DestinationArn: task.destinationArn,
          ApproximateNumberOfMessagesMoved: task.moved,
          ApproximateNumberOfMessagesToMove: task.moved,
          StartedTimestamp: task.at,
        })),
    }),
  ),
});

const byUrl = z.object({ QueueUrl: queueName });

const attributes = z.record(z.string(), z.string());

/** The operations on queues, over the wire. */
export const queueOperations = (deps: OperationDeps): Operations => {
  const { queues, urlOf } = deps;
  return {
    CreateQueue: operation(
      z.object({ QueueName: z.string(), Attributes: attributes.default({}) }),
      (input) => ({
        QueueUrl: urlOf(queues.create(input.QueueName, input.Attributes)),
      }),
    ),
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), (input) => ({
      QueueUrl: urlOf(queues.named(input.QueueName)),
    })),
    ListQueues: operation(list, (input) => {
      const found = queues.all().filter(({ name }) => name.startsWith(input.QueueNamePrefix));
      const { items, nextToken } = pageOf(found, input.MaxResults, input.NextToken);
      return { QueueUrls: items.map(urlOf), NextToken: nextToken };
    }),
    GetQueueAttributes: getAttributes(deps),
    SetQueueAttributes: operation(z.object({ QueueUrl: queueName, Attributes: attributes }), (input) =>
      queues.setAttributes(input.QueueUrl, input.Attributes),
    ),
    DeleteQueue: operation(byUrl, (input) => queues.delete(input.QueueUrl)),
    PurgeQueue: operation(byUrl, (input) => queues.purge(input.QueueUrl)),
    ...moveTasks(deps),
  };
};
