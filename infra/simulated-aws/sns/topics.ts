import { parseJson } from '../eventbridge/json.ts';
import { placeOfArn } from '../eventbridge/target-arn.ts';
import { hexFrom, type Random, uuidFrom } from '../identifiers.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalClock } from '../clock.ts';
import { checkFilter } from './filter.ts';
import { checkSubscriptionArn, checkTopicArn } from './resource-arn.ts';
import type { SnsStore } from './store.ts';
import type { Message, MessageAttribute, Protocol, Subscription, Topic } from './topic.ts';

export interface PublishInput {
  readonly message: string;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** The message is a JSON object with a body for each protocol, and `default`. */
  readonly isStructured?: boolean;
}

export interface SubscribeInput {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Topics {
  create(
    name: string,
    attributes: Readonly<Record<string, string>>,
    tags?: Readonly<Record<string, string>>,
  ): Topic;
  /** Replaces the tags of a topic. */
  tag(arn: string, tags: Readonly<Record<string, string>>): void;
  readonly named: (arn: string) => Topic;
  delete(arn: string): void;
  /** What is sent to people waits for their confirmation; web endpoints of this machine need none. */
  subscribe(input: SubscribeInput): Subscription;
  confirm(topicArn: string, token: string): Subscription;
  setAttribute(subscriptionArn: string, name: string, value: string): void;
  unsubscribe(subscriptionArn: string): void;
  /** Returns the message's id. */
  publish(topicArn: string, input: PublishInput): string;
  /** A text message to one number, beside all topics. */
  publishText(phoneNumber: string, message: string): string;
}

export interface TopicsDeps {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly store: SnsStore;
  readonly account: string;
  readonly region: string;
  readonly deliver: (message: Message) => void;
}

const invalid = (text: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${text}`);

const loopback = /^https?:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/|$)/;

const arnPattern = (service: string): RegExp => new RegExp(`^arn:aws:${service}:[a-z0-9-]+:\\d{12}:.+$`);

const endpointPatterns: Readonly<Record<Protocol, RegExp>> = {
  http: loopback,
  https: loopback,
  sqs: arnPattern('sqs'),
  lambda: arnPattern('lambda'),
  email: /^[^\s@]+@[^\s@]+$/,
  'email-json': /^[^\s@]+@[^\s@]+$/,
  sms: /^\+\d{5,15}$/,
};

const isProtocol = (text: string): text is Protocol => Object.hasOwn(endpointPatterns, text);

/** A local runtime reaches nobody but this machine: web endpoints elsewhere are refused. */
const checkedProtocol = ({ protocol, endpoint }: SubscribeInput): Protocol => {
  if (!isProtocol(protocol)) throw invalid(`Protocol ${protocol} is not simulated`);
  if (!endpointPatterns[protocol].test(endpoint))
    throw invalid(`Endpoint ${endpoint} is no ${protocol} endpoint on this machine`);
  if (protocol === 'sqs' && endpoint.endsWith('.fifo'))
    throw invalid(
      'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
    );
  return protocol;
};

const bodiesOf = ({ message, isStructured = false }: PublishInput): Readonly<Record<string, string>> => {
  if (!isStructured) return { default: message };
  const parsed = parseJson(message)?.value;
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const bodies = Object.fromEntries(
    entries.flatMap(([name, body]) => (typeof body === 'string' ? [[name, body]] : [])),
  );
  if (bodies['default'] === undefined)
    throw invalid('Message Structure - No default entry in JSON message body');
  return bodies;
};

const checkPublish = ({ message, subject }: PublishInput): void => {
  if (message === '') throw invalid('Empty message');
  if (Buffer.byteLength(message) > 262_144) throw invalid('Message too long');
  if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid('Subject');
};

type Named = Topics['named'];

/** What subscribers ask for. */
const subscribing = (
  { clock, random, store }: TopicsDeps,
  named: Named,
): Pick<Topics, 'subscribe' | 'confirm' | 'setAttribute' | 'unsubscribe'> => {
  const save = (subscription: Subscription): Subscription => {
    checkFilter(subscription);
    store.write({ kind: 'subscription', subscription });
    return subscription;
  };
  return {
    subscribe(input) {
      const { topicArn, endpoint, attributes } = input;
      named(topicArn);
      const protocol = checkedProtocol(input);
      const same = [...store.subscriptions.values()].find(
        (known) => known.topicArn === topicArn && known.protocol === protocol && known.endpoint === endpoint,
      );
      if (same !== undefined) return same;
      const made = { arn: `${topicArn}:${uuidFrom(random)}`, topicArn, protocol, endpoint, attributes };
      if (protocol !== 'email' && protocol !== 'email-json') return save(made);
      const pendingToken = hexFrom(random, 64);
      store.write({
        kind: 'sent',
        note: {
          ...{ at: clock.now(), protocol, endpoint, topicArn },
          subject: 'AWS Notification - Subscription Confirmation',
          message: `To confirm: aws sns confirm-subscription --topic-arn ${topicArn} --token ${pendingToken}`,
        },
      });
      return save({ ...made, pendingToken });
    },
    confirm(topicArn, token) {
      named(topicArn);
      const found = [...store.subscriptions.values()].find(
        (subscription) =>
          subscription.topicArn === topicArn &&
          (subscription.pendingToken === token || subscription.arn === `${topicArn}:${token}`),
      );
      if (found === undefined) throw invalid('Token');
      const { pendingToken, ...confirmed } = found;
      return pendingToken === token ? save(confirmed) : found;
    },
    setAttribute(subscriptionArn, name, value) {
      checkSubscriptionArn(subscriptionArn);
      const subscription = store.subscriptions.get(subscriptionArn);
      if (subscription === undefined) throw new ServiceError('NotFound', 'Subscription does not exist', 404);
      save({ ...subscription, attributes: { ...subscription.attributes, [name]: value } });
    },
    unsubscribe(arn) {
      checkSubscriptionArn(arn);
      store.write({ kind: 'unsubscribed', arn });
    },
  };
};

/** What publishers ask for. */
const publishing = (
  { clock, random, store, deliver }: TopicsDeps,
  named: Named,
): Pick<Topics, 'publish' | 'publishText'> => ({
  publish(topicArn, input) {
    named(topicArn);
    checkPublish(input);
    const { default: body = '', ...bodies } = bodiesOf(input);
    const { subject, attributes = {} } = input;
    const id = uuidFrom(random);
    deliver({
      id,
      topicArn,
      ...(subject !== undefined && { subject }),
      body,
      bodies,
      attributes,
      at: clock.now(),
    });
    return id;
  },
  publishText(phoneNumber, message) {
    checkPublish({ message });
    if (!endpointPatterns.sms.test(phoneNumber)) throw invalid('PhoneNumber');
    store.write({
      kind: 'sent',
      note: { at: clock.now(), protocol: 'sms', endpoint: phoneNumber, message },
    });
    return uuidFrom(random);
  },
});

const holds = (all: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>): boolean =>
  Object.entries(given).every(([name, value]) => all[name] === value);

/** A topic is made once: another call may only ask for what it is already. */
const checkRepeated = (
  { attributes, tags = {} }: Topic,
  givenAttributes: Readonly<Record<string, string>>,
  givenTags: Readonly<Record<string, string>>,
): void => {
  if (!holds(attributes, givenAttributes))
    throw invalid('Attributes Reason: Topic already exists with different attributes');
  if (!holds(tags, givenTags)) throw invalid('Tags Reason: Topic already exists with different tags');
};

export const createTopics = (deps: TopicsDeps): Topics => {
  const { store, account, region } = deps;
  const named = (arn: string): Topic => {
    checkTopicArn(arn);
    if (placeOfArn(arn).region !== region) throw invalid('TopicArn');
    const topic = store.topics.get(arn);
    if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist', 404);
    return topic;
  };
  return {
    named,
    create(name, attributes, tags = {}) {
      if (name.endsWith('.fifo')) throw invalid('FIFO topics are not simulated');
      if (!/^[a-zA-Z0-9_-]{1,256}$/.test(name)) throw invalid('Topic Name');
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      const known = store.topics.get(arn);
      if (known === undefined) store.write({ kind: 'topic', topic: { arn, attributes, tags } });
      else checkRepeated(known, attributes, tags);
      return named(arn);
    },
    tag: (arn, tags) => store.write({ kind: 'topic', topic: { ...named(arn), tags } }),
    delete(arn) {
      checkTopicArn(arn);
      store.write({ kind: 'topic-deleted', arn });
    },
    ...subscribing(deps, named),
    ...publishing(deps, named),
  };
};
