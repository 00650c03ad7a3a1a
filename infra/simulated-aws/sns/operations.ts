import * as z from 'zod';
import { mapOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import type { QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, mapEntries, type Xml } from '../protocols/xml.ts';
import type { SnsStore } from './store.ts';
import { tagOperations, tagsInput, tree } from './tag-operations.ts';
import type { MessageAttribute, Subscription } from './topic.ts';
import type { Topics } from './topics.ts';

const strings = (map: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );

const stringMap = tree.optional().transform((form) => strings(mapOf(form)));

const attribute = z
  .object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() })
  .transform(({ DataType, StringValue, BinaryValue }): MessageAttribute => ({
    type: DataType,
    value: StringValue ?? BinaryValue ?? '',
  }));

const messageAttributes = tree
  .optional()
  .transform((form): unknown => mapOf(form, { key: 'Name', value: 'Value' }))
  .pipe(z.record(z.string(), attribute));

const arn = z.object({ TopicArn: z.string() });
const subscriptionArn = z.object({ SubscriptionArn: z.string() });
const page = { NextToken: z.string().optional() };

/** An operation whose form is checked before `run` sees it. */
const query =
  <S extends z.ZodType>(schema: S, run: (input: z.output<S>) => readonly Xml[]): QueryOperation =>
  (input) =>
    run(parseInput(schema, input));

const subscriptionMembers = (subscription: Subscription): readonly Xml[] => [
  element(
    'SubscriptionArn',
    subscription.pendingToken === undefined ? subscription.arn : 'PendingConfirmation',
  ),
  element('Owner', subscription.arn.split(':')[4]),
  element('Protocol', subscription.protocol),
  element('Endpoint', subscription.endpoint),
  element('TopicArn', subscription.topicArn),
];

const listed = (subscriptions: readonly Subscription[], token: string | undefined): readonly Xml[] => {
  const { items, nextToken } = pageOf(subscriptions, 100, token);
  const members = items.map((subscription) => element('member', subscriptionMembers(subscription)));
  return [element('Subscriptions', members), element('NextToken', nextToken)];
};

const topicAttributes = (
  store: SnsStore,
  topics: Topics,
  topicArn: string,
): Readonly<Record<string, string>> => {
  const topic = topics.named(topicArn);
  const own = [...store.subscriptions.values()].filter((subscription) => subscription.topicArn === topicArn);
  const pending = own.filter(({ pendingToken }) => pendingToken !== undefined).length;
  return {
    ...topic.attributes,
    TopicArn: topicArn,
    Owner: topicArn.split(':')[4] ?? '',
    SubscriptionsConfirmed: String(own.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: '0',
  };
};

const publish = z.object({
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  PhoneNumber: z.string().optional(),
  Message: z.string(),
  Subject: z.string().optional(),
  MessageStructure: z.literal('json').optional(),
  MessageAttributes: messageAttributes,
});

const publishOperation = (topics: Topics): QueryOperation =>
  query(publish, (input) => {
    if (input.PhoneNumber !== undefined)
      return [element('MessageId', topics.publishText(input.PhoneNumber, input.Message))];
    const topicArn = input.TopicArn ?? input.TargetArn;
    if (topicArn === undefined)
      throw new ServiceError('InvalidParameter', 'Invalid parameter: TopicArn or PhoneNumber');
    const id = topics.publish(topicArn, {
      message: input.Message,
      ...(input.Subject !== undefined && { subject: input.Subject }),
      attributes: input.MessageAttributes,
      isStructured: input.MessageStructure === 'json',
    });
    return [element('MessageId', id)];
  });

const subscribe = z.object({
  TopicArn: z.string(),
  Protocol: z.string(),
  Endpoint: z.string().default(''),
  Attributes: stringMap,
});

const setAttribute = z.object({
  SubscriptionArn: z.string(),
  AttributeName: z.string(),
  AttributeValue: z.string().default(''),
});

const subscriptionOperations = (
  store: SnsStore,
  topics: Topics,
): Readonly<Record<string, QueryOperation>> => ({
  Subscribe: query(subscribe, ({ TopicArn, Protocol, Endpoint, Attributes }) => {
    const made = topics.subscribe({
      topicArn: TopicArn,
      protocol: Protocol,
      endpoint: Endpoint,
      attributes: Attributes,
    });
    return [element('SubscriptionArn', made.pendingToken === undefined ? made.arn : 'pending confirmation')];
  }),
  ConfirmSubscription: query(z.object({ TopicArn: z.string(), Token: z.string() }), ({ TopicArn, Token }) => [
    element('SubscriptionArn', topics.confirm(TopicArn, Token).arn),
  ]),
  Unsubscribe: query(subscriptionArn, ({ SubscriptionArn }) => {
    topics.unsubscribe(SubscriptionArn);
    return [];
  }),
  SetSubscriptionAttributes: query(setAttribute, ({ SubscriptionArn, AttributeName, AttributeValue }) => {
    topics.setAttribute(SubscriptionArn, AttributeName, AttributeValue);
    return [];
  }),
  ListSubscriptions: query(z.object(page), ({ NextToken }) =>
    listed([...store.subscriptions.values()], NextToken),
  ),
  ListSubscriptionsByTopic: query(z.object({ TopicArn: z.string(), ...page }), ({ TopicArn, NextToken }) => {
    topics.named(TopicArn);
    return listed(
      [...store.subscriptions.values()].filter(({ topicArn }) => topicArn === TopicArn),
      NextToken,
    );
  }),
});

/** SNS over the wire. */
export const snsOperations = (store: SnsStore, topics: Topics): Readonly<Record<string, QueryOperation>> => ({
  CreateTopic: query(
    z.object({ Name: z.string(), Attributes: stringMap, Tags: tagsInput }),
    ({ Name, Attributes, Tags }) => [element('TopicArn', topics.create(Name, Attributes, Tags).arn)],
  ),
  DeleteTopic: query(arn, ({ TopicArn }) => {
    topics.delete(TopicArn);
    return [];
  }),
  ListTopics: query(z.object(page), ({ NextToken }) => {
    const { items, nextToken } = pageOf([...store.topics.values()], 100, NextToken);
    const members = items.map((topic) => element('member', [element('TopicArn', topic.arn)]));
    return [element('Topics', members), element('NextToken', nextToken)];
  }),
  GetTopicAttributes: query(arn, ({ TopicArn }) => [
    element('Attributes', mapEntries(topicAttributes(store, topics, TopicArn))),
  ]),
  Publish: publishOperation(topics),
  ...subscriptionOperations(store, topics),
  ...tagOperations(store, topics),
});
