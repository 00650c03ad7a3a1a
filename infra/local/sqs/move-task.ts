import { ServiceError } from '../protocols/service-error.ts';
import { unreceived } from './message.ts';
import { redrivePolicyOf } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import type { MoveTask, SqsStore } from './store.ts';
import type { Waker } from './waker.ts';

const isDeadLetterQueue = (queues: Queues, arn: string): boolean =>
  queues.all().some((queue) => redrivePolicyOf(queue.attributes)?.deadLetterTargetArn === arn);

/**
 * Moves what lies in a dead-letter queue back to where it came from, or to a given queue, all at once. A moved
 * message is a new message: its age and its receipts begin anew.
 */
export const moveMessages = (
  deps: { readonly queues: Queues; readonly store: SqsStore; readonly waker: Waker },
  sourceArn: string,
  destinationArn: string | undefined,
  now: number,
): MoveTask => {
  const { queues, store, waker } = deps;
  const source = queues.byArn(sourceArn);
  if (!isDeadLetterQueue(queues, sourceArn))
    throw new ServiceError('UnsupportedOperation', 'Source queue must be configured as a Dead Letter Queue.');
  const movable = [...source.messages.values()].filter((message) => message.visibleAt <= now);
  for (const message of movable) {
    const target = queues.byArn(destinationArn ?? message.deadLetterSource ?? sourceArn);
    store.write({ kind: 'gone', name: source.name, id: message.id });
    store.write({
      kind: 'message',
      name: target.name,
      message: { ...unreceived(message, now), sentAt: now },
    });
    waker.touch(target.name);
  }
  const task: MoveTask = {
    handle: Buffer.from(`${sourceArn}:${now}:${store.tasks.length}`).toString('base64url'),
    sourceArn,
    ...(destinationArn !== undefined && { destinationArn }),
    moved: movable.length,
    at: now,
  };
  store.write({ kind: 'task', task });
  return task;
};
