import * as z from 'zod';
import type { Random } from '../identifiers.ts';
import type { Operations } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { visibleMessages } from './delivery.ts';
import { cancelMove, deadLetterQueue, moveMessages, sourcesOf } from './move-task.ts';
import { permissionOperations } from './permissions.ts';
import { checkAttributeNames } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { sqsError } from './sqs-error.ts';
import { bounded, queueName, sqsOperation } from './sqs-operation.ts';
import type { MoveTask, Queue, SqsStore } from './store.ts';
import type { Waker } from './waker.ts';

export interface OperationDeps {
  readonly queues: Queues;
  readonly store: SqsStore;
  readonly waker: Waker;
  readonly random: Random;
  readonly account: string;
  readonly now: () => number;
  readonly urlOf: (queue: Queue) => string;
}

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
  sqsOperation(
    z.object({ QueueUrl: queueName, AttributeNames: z.array(z.string()).default([]) }),
    (input) => {
      const all = attributesOf(queues.named(input.QueueUrl), now());
      checkAttributeNames(input.AttributeNames);
      const chosen = Object.entries(all).filter(
        ([name]) => input.AttributeNames.includes('All') || input.AttributeNames.includes(name),
      );
      return { Attributes: Object.fromEntries(chosen) };
    },
  );

const page = {
  MaxResults: bounded('MaxResults', 1, 1000, 'Must be between 1 and 1000, if provided.').default(1000),
  NextToken: z.string().optional(),
};

const perSecond = bounded('MaxNumberOfMessagesPerSecond', 1, 500, 'Must be between 1 and 500, if provided.');

const taskView = (task: MoveTask) => ({
  Status: 'COMPLETED',
  SourceArn: task.sourceArn,
  DestinationArn: task.destinationArn,
  MaxNumberOfMessagesPerSecond: task.perSecond,
  ApproximateNumberOfMessagesMoved: task.moved,
  ApproximateNumberOfMessagesToMove: task.moved,
  StartedTimestamp: task.at,
});

const moveTasks = (deps: OperationDeps): Operations => ({
  StartMessageMoveTask: sqsOperation(
    z.object({
      SourceArn: z.string(),
      DestinationArn: z.string().optional(),
      MaxNumberOfMessagesPerSecond: perSecond.optional(),
    }),
    ({ SourceArn: sourceArn, DestinationArn: destinationArn, ...input }) => {
      const move = { sourceArn, destinationArn, perSecond: input.MaxNumberOfMessagesPerSecond };
      return { TaskHandle: moveMessages(deps, move, deps.now()).handle };
    },
  ),
  CancelMessageMoveTask: sqsOperation(z.object({ TaskHandle: z.string() }), (input) =>
    cancelMove(deps, input.TaskHandle),
  ),
  ListMessageMoveTasks: sqsOperation(
    z.object({
      SourceArn: z.string(),
      MaxResults: bounded('MaxResults', 1, 10, 'Must be between 1 and 10, if provided.').default(1),
    }),
    (input) => {
      const { arn } = deadLetterQueue(deps.queues, input.SourceArn);
      const tasks = deps.store.tasks.filter((task) => task.sourceArn === arn).toReversed();
      return { Results: tasks.slice(0, input.MaxResults).map(taskView) };
    },
  ),
});

const byUrl = z.object({ QueueUrl: queueName });

const texts = z.record(z.string(), z.string());

const tagOperations = ({ queues }: OperationDeps): Operations => ({
  TagQueue: sqsOperation(z.object({ QueueUrl: queueName, Tags: texts }), (input) =>
    queues.setTags(input.QueueUrl, { ...queues.named(input.QueueUrl).tags, ...input.Tags }),
  ),
  UntagQueue: sqsOperation(z.object({ QueueUrl: queueName, TagKeys: z.array(z.string()) }), (input) => {
    const tags = Object.entries(queues.named(input.QueueUrl).tags ?? {});
    const kept = tags.filter(([key]) => !input.TagKeys.includes(key));
    queues.setTags(input.QueueUrl, Object.fromEntries(kept));
  }),
  ListQueueTags: sqsOperation(byUrl, (input) => ({ Tags: queues.named(input.QueueUrl).tags ?? {} })),
});

const lists = ({ queues, urlOf }: OperationDeps): Operations => {
  const paged = (found: readonly Queue[], input: { MaxResults: number; NextToken?: string | undefined }) => {
    const { items, nextToken } = pageOf(found, input.MaxResults, input.NextToken);
    return { urls: items.map(urlOf), NextToken: nextToken };
  };
  return {
    ListQueues: sqsOperation(z.object({ QueueNamePrefix: z.string().default(''), ...page }), (input) => {
      const found = queues.all().filter(({ name }) => name.startsWith(input.QueueNamePrefix));
      const { urls, NextToken } = paged(found, input);
      return { QueueUrls: urls, NextToken };
    }),
    ListDeadLetterSourceQueues: sqsOperation(z.object({ QueueUrl: queueName, ...page }), (input) => {
      const { urls, NextToken } = paged(sourcesOf(queues, queues.named(input.QueueUrl).arn), input);
      return { queueUrls: urls, NextToken };
    }),
  };
};

/** The operations on queues, over the wire. */
export const queueOperations = (deps: OperationDeps): Operations => {
  const { queues, urlOf, account } = deps;
  return {
    CreateQueue: sqsOperation(
      z.object({ QueueName: z.string(), Attributes: texts.default({}), tags: texts.default({}) }),
      (input) => ({ QueueUrl: urlOf(queues.create(input.QueueName, input.Attributes, input.tags)) }),
    ),
    GetQueueUrl: sqsOperation(
      z.object({ QueueName: z.string(), QueueOwnerAWSAccountId: z.string().default(account) }),
      (input) => {
        if (input.QueueOwnerAWSAccountId !== account)
          throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
        return { QueueUrl: urlOf(queues.named(input.QueueName)) };
      },
    ),
    ...lists(deps),
    GetQueueAttributes: getAttributes(deps),
    SetQueueAttributes: sqsOperation(z.object({ QueueUrl: queueName, Attributes: texts }), (input) =>
      queues.setAttributes(input.QueueUrl, input.Attributes),
    ),
    DeleteQueue: sqsOperation(byUrl, (input) => queues.delete(input.QueueUrl)),
    PurgeQueue: sqsOperation(byUrl, (input) => queues.purge(input.QueueUrl)),
    ...tagOperations(deps),
    ...permissionOperations(queues),
    ...moveTasks(deps),
  };
};
