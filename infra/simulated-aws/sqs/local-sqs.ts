import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { openScope } from '../scope.ts';
import type { LocalService } from '../wire.ts';
import { type Mapping, startMapping } from './mapping.ts';
import type { MessageAttributes } from './message.ts';
import { messageOperations } from './message-operations.ts';
import { type OperationDeps, queueOperations } from './queue-operations.ts';
import { createQueues, type Queues } from './queues.ts';
import { createSqsService } from './sqs-service.ts';
import { createSqsStore, type SqsRecord } from './store.ts';
import { createWaker } from './waker.ts';

export interface LocalSqsOptions {
  readonly clock: LocalClock;
  readonly journal: Journal<SqsRecord>;
  readonly account: string;
  readonly region: string;
  /** What queue URLs begin with: where the wire is reached, and the Region where it is not that of home. */
  readonly endpoint: string;
  readonly random: Random;
}

export interface SendOptions {
  /** 0..900. Default: the queue's own. */
  readonly delaySeconds?: number | undefined;
  readonly groupId?: string | undefined;
}

export interface LocalSqs {
  readonly service: LocalService;
  readonly queues: Queues;
  /** Sends with string attributes; returns the message's id. */
  send(
    queueArn: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
    options?: SendOptions,
  ): string;
  /** Delivers the queue's messages to a function, as an event source mapping of Lambda does. Returns its end. */
  consume(queueArn: string, mapping: Mapping): () => void;
  /** Stops all timers and mappings, and writes nothing more. The journal stays open. */
  close(): void;
}

const stringAttributes = (values: Readonly<Record<string, string>>): MessageAttributes =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );

/** Queues of one account and Region: standard ones at least once and in no promised order, FIFO ones once and in order. */
export const createLocalSqs = (options: LocalSqsOptions): LocalSqs => {
  const { account, endpoint } = options;
  const { clock, journal, close } = openScope(options.clock, options.journal);
  const store = createSqsStore(journal);
  const waker = createWaker(clock, store);
  const queues = createQueues({ ...options, clock, store, waker });
  const deps: OperationDeps = {
    queues,
    store,
    waker,
    account,
    random: options.random,
    now: () => clock.now(),
    urlOf: ({ name }) => `${endpoint}/${account}/${name}`,
  };
  return {
    queues,
    close,
    service: createSqsService(
      { ...queueOperations(deps), ...messageOperations(deps, clock) },
      options.region,
    ),
    send: (queueArn, body, attributes = {}, { delaySeconds, groupId } = {}) =>
      queues.send(queues.byArn(queueArn).name, {
        body,
        attributes: stringAttributes(attributes),
        ...(delaySeconds !== undefined && { delaySeconds }),
        ...(groupId !== undefined && { groupId }),
      }).id,
    consume: (queueArn, mapping) => startMapping(queues, waker, queues.byArn(queueArn).name, mapping),
  };
};
