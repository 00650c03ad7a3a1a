import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { createQueryService } from '../protocols/query-protocol.ts';
import { openScope } from '../scope.ts';
import type { LocalService } from '../wire.ts';
import { createDelivery, type SnsHost } from './delivery.ts';
import { snsOperations } from './operations.ts';
import { createSnsStore, type SnsRecord } from './store.ts';
import type { SentNote } from './topic.ts';
import { createTopics, type Topics } from './topics.ts';

export interface LocalSnsOptions extends SnsHost {
  readonly clock: LocalClock;
  readonly journal: Journal<SnsRecord>;
  readonly account: string;
  readonly region: string;
  readonly random: Random;
}

export interface LocalSns {
  readonly service: LocalService;
  readonly topics: Topics;
  /** The policy that a topic was given, as JSON. */
  topicPolicy(arn: string): string | undefined;
  /** Every e-mail and text message that would have been sent, the oldest first; nothing leaves the machine. */
  sent(): readonly SentNote[];
  /** Stops all timers, and writes nothing more. The journal stays open. */
  close(): void;
}

/** Standard topics of one account and Region. What goes to people waits for their confirmation; endpoints of this machine need none. */
export const createLocalSns = (options: LocalSnsOptions): LocalSns => {
  const { clock, journal, close } = openScope(options.clock, options.journal);
  const store = createSnsStore(journal);
  const deliver = createDelivery({ ...options, clock, store });
  const topics = createTopics({ ...options, clock, store, deliver });
  return {
    topics,
    topicPolicy: (arn) => store.topics.get(arn)?.attributes['Policy'],
    close,
    sent: () => store.sent,
    service: createQueryService({
      signingName: 'sns',
      namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
      requestId: () => uuidFrom(options.random),
      operations: snsOperations(store, topics),
    }),
  };
};
