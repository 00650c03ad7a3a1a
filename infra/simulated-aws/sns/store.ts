import type { Journal } from '../journal.ts';
import type { SentNote, Subscription, Topic } from './topic.ts';

export type SnsRecord =
  | { readonly kind: 'topic'; readonly topic: Topic }
  | { readonly kind: 'topic-deleted'; readonly arn: string }
  | { readonly kind: 'subscription'; readonly subscription: Subscription }
  | { readonly kind: 'unsubscribed'; readonly arn: string }
  | { readonly kind: 'sent'; readonly note: SentNote };

export interface SnsStore {
  readonly topics: ReadonlyMap<string, Topic>;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  readonly sent: readonly SentNote[];
  write(record: SnsRecord): void;
}

/** Topics, subscriptions and the outbox, in memory and in the journal. */
export const createSnsStore = (journal: Journal<SnsRecord>): SnsStore => {
  const topics = new Map<string, Topic>();
  const subscriptions = new Map<string, Subscription>();
  const sent: SentNote[] = [];

  const apply = (record: SnsRecord): void => {
    if (record.kind === 'topic') topics.set(record.topic.arn, record.topic);
    else if (record.kind === 'subscription') subscriptions.set(record.subscription.arn, record.subscription);
    else if (record.kind === 'unsubscribed') subscriptions.delete(record.arn);
    else if (record.kind === 'sent') sent.push(record.note);
    else {
      topics.delete(record.arn);
      for (const { arn, topicArn } of subscriptions.values())
        if (topicArn === record.arn) subscriptions.delete(arn);
    }
  };
  journal.records.forEach(apply);
  if (journal.records.length > 0)
    journal.compact([
      ...[...topics.values()].map((topic) => ({ kind: 'topic' as const, topic })),
      ...[...subscriptions.values()].map((subscription) => ({ kind: 'subscription' as const, subscription })),
      ...sent.map((note) => ({ kind: 'sent' as const, note })),
    ]);

  return {
    topics,
    subscriptions,
    sent,
    write(record) {
      journal.append(record);
      apply(record);
    },
  };
};
