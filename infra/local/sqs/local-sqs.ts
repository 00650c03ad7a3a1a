import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { openScope } from '../scope.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import type { LocalService } from '../wire.ts';
import { type Mapping, startMapping } from './mapping.ts';
import type { MessageAttributes } from './message.ts';
import { messageOperations } from './message-operations.ts';
import { type OperationDeps, queueOperations } from './queue-operations.ts';
import { createQueues, type Queues } from './queues.ts';
import { createSqsStore, type SqsRecord } from './store.ts';
import { createWaker } from './waker.ts';

export interface LocalSqsOptions {
  readonly clock: LocalClock;
  readonly journal: Journal<SqsRecord>;
  readonly account: string;
  readonly region: string;
  /** Where the wire is reached, e.g. `http://127.0.0.1:4566`: queue URLs begin with it. */
  readonly endpoint: string;
  readonly random: Random;
}

export interface LocalSqs {
  readonly service: LocalService;
  readonly queues: Queues;
  /** Sends with string attributes; returns the message's id. Delay 0..900 s, default the queue's own. */
  send(
    queueArn: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
    delaySeconds?: number,
  ): string;
  /** Delivers the queue's messages to a function, as an event source mapping of Lambda does. Returns its end. */
  consume(queueArn: string, mapping: Mapping): () => void;
  /** Stops all timers and mappings, and writes nothing more. The journal stays open. */
  close(): void;
}

/** Codes that SQS had in its older protocol, which some clients still go by. */
const olderCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
};

const stringAttributes = (values: Readonly<Record<string, string>>): MessageAttributes =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );

/** Standard queues of one account and Region. At least once, in no promised order, as SQS has it. */
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
    now: () => clock.now(),
    urlOf: ({ name }) => `${endpoint}/${account}/${name}`,
  };
  return {
    queues,
    close,
    service: createJsonService({
      signingName: 'sqs',
      targetPrefix: 'AmazonSQS',
      version: '1.0',
      operations: { ...queueOperations(deps), ...messageOperations(deps, clock) },
      errorHeaders: (code) => ({ 'x-amzn-query-error': `${olderCodes[code] ?? code};Sender` }),
    }),
    send: (queueArn, body, attributes = {}, delaySeconds) =>
      queues.send(queues.byArn(queueArn).name, {
        body,
        attributes: stringAttributes(attributes),
        ...(delaySeconds !== undefined && { delaySeconds }),
      }).id,
    consume: (queueArn, mapping) => startMapping(queues, waker, queues.byArn(queueArn).name, mapping),
  };
};
