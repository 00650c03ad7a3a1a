import { type Random, uuidFrom } from '../identifiers.ts';
import { sentAgain } from './message.ts';
import { redrivePolicyOf } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';
import type { MoveTask, Queue, SqsStore } from './store.ts';
import type { Waker } from './waker.ts';

export interface MoveDeps {
  readonly queues: Queues;
  readonly store: SqsStore;
  readonly waker: Waker;
  readonly random: Random;
}

export interface Move {
  readonly sourceArn: string;
  readonly destinationArn?: string | undefined;
  /** Simulated moves are done at once, however few a second were asked for. */
  readonly perSecond?: number | undefined;
}

/** The queues that give their messages up to this one. */
export const sourcesOf = (queues: Queues, arn: string): readonly Queue[] =>
  queues.all().filter((queue) => redrivePolicyOf(queue.attributes)?.deadLetterTargetArn === arn);

/** The queue of an ARN that a parameter names. */
const queueOf = (queues: Queues, arn: string, parameter: 'SourceArn' | 'DestinationArn'): Queue => {
  if (!/^arn:[^:]+:sqs:[^:]+:\d{12}:[^:]+$/.test(arn))
    throw invalidParameter(
      `You must use this format to specify the ${parameter}: arn:<partition>:<service>:<region>:<account-id>:<resource-id>`,
    );
  const found = queues.all().find((queue) => queue.arn === arn);
  if (found === undefined)
    throw sqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  return found;
};

/** The dead-letter queue of an ARN. */
export const deadLetterQueue = (queues: Queues, arn: string): Queue => {
  const source = queueOf(queues, arn, 'SourceArn');
  if (sourcesOf(queues, arn).length === 0)
    throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
  return source;
};

/**
 * Moves what lies in a dead-letter queue back to where it came from, or to a given queue, all at once. A moved
 * message is a new message: its id, its age and its receipts begin anew.
 */
export const moveMessages = (deps: MoveDeps, move: Move, now: number): MoveTask => {
  const { queues, store, waker, random } = deps;
  const { sourceArn, destinationArn, perSecond } = move;
  const source = deadLetterQueue(queues, sourceArn);
  const destination =
    destinationArn === undefined ? undefined : queueOf(queues, destinationArn, 'DestinationArn');
  const movable = [...source.messages.values()].filter((message) => message.visibleAt <= now);
  for (const message of movable) {
    const target = destination ?? queueOf(queues, message.deadLetterSource ?? sourceArn, 'DestinationArn');
    store.write({ kind: 'gone', name: source.name, id: message.id });
    store.write({
      kind: 'message',
      name: target.name,
      message: sentAgain(message, uuidFrom(random), now),
    });
    waker.touch(target.name);
  }
  const taskId = uuidFrom(random);
  const task: MoveTask = {
    handle: Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64'),
    sourceArn,
    ...(destinationArn !== undefined && { destinationArn }),
    ...(perSecond !== undefined && { perSecond }),
    moved: movable.length,
    at: now,
  };
  store.write({ kind: 'task', task });
  return task;
};

/** The queue that a task moves from; nothing for a handle that is none. */
const sourceIn = (handle: string): string | undefined => {
  try {
    const { sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString('utf8')) as {
      sourceArn?: unknown;
    };
    return typeof sourceArn === 'string' ? sourceArn : undefined;
  } catch {
    return undefined;
  }
};

/** The resource that a caller who names a task is asked about. */
export const movedFrom = (handle: string): string => sourceIn(handle) ?? '*';

/** Refuses to cancel a task: what is done at once cannot be stopped. */
export const cancelMove = ({ queues, store }: MoveDeps, handle: string): never => {
  const sourceArn = sourceIn(handle);
  if (sourceArn === undefined) throw invalidParameter('Value for parameter TaskHandle is invalid.');
  queueOf(queues, sourceArn, 'SourceArn');
  if (!store.tasks.some((task) => task.handle === handle))
    throw sqsError('ResourceNotFoundException', 'Task does not exist.');
  throw invalidParameter('Only active message movement tasks can be cancelled.');
};
