import type { LocalClock } from '../clock.ts';
import { parseJson } from '../eventbridge/json.ts';
import { envelopeOf, lambdaEventOf } from './envelope.ts';
import { wants } from './filter.ts';
import type { SnsStore } from './store.ts';
import { bodyFor, type Message, type Subscription } from './topic.ts';

/** What the runtime around SNS does for it. Each throws when the message could not be handed over. */
export interface SnsHost {
  readonly toQueue: (
    queueArn: string,
    body: string,
    attributes: Readonly<Record<string, string>>,
    topicArn: string,
  ) => void;
  readonly toFunction: (functionArn: string, event: unknown, topicArn: string) => void;
}

export interface DeliveryDeps extends SnsHost {
  readonly clock: LocalClock;
  readonly store: SnsStore;
}

/** "Message delivery retries", default policy of an HTTP endpoint: three retries, 20 s apart. */
const retriesMax = 3;
const retryDelayMs = 20_000;

const isRaw = ({ attributes }: Subscription): boolean => attributes['RawMessageDelivery'] === 'true';

const deadLetterArnOf = ({ attributes }: Subscription): string | undefined => {
  const policy = parseJson(attributes['RedrivePolicy'] ?? '')?.value;
  const target =
    typeof policy === 'object' && policy !== null && 'deadLetterTargetArn' in policy
      ? policy.deadLetterTargetArn
      : undefined;
  return typeof target === 'string' ? target : undefined;
};

const textAttributes = (message: Message): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(message.attributes).map(([name, { value }]) => [name, value]));

const post = async (message: Message, subscription: Subscription): Promise<void> => {
  const raw = isRaw(subscription);
  const answer = await fetch(subscription.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': message.id,
      'x-amz-sns-topic-arn': message.topicArn,
      'x-amz-sns-subscription-arn': subscription.arn,
      ...(raw && { 'x-amz-sns-rawdelivery': 'true' }),
    },
    body: raw ? bodyFor(message, subscription.protocol) : JSON.stringify(envelopeOf(message, subscription)),
  });
  if (!answer.ok) throw new Error(`${subscription.endpoint} answered ${answer.status}`);
};

const createGiveUp =
  (toQueue: SnsHost['toQueue']) =>
  (message: Message, subscription: Subscription): void => {
    const target = deadLetterArnOf(subscription);
    if (target === undefined) return;
    try {
      toQueue(target, JSON.stringify(envelopeOf(message, subscription)), {}, message.topicArn);
    } catch {
      // What not even the dead-letter queue takes is lost, as with SNS.
    }
  };

/** Delivers messages to those who want them. What cannot be delivered goes to the subscription's dead-letter queue, if it has one. */
export const createDelivery = ({
  clock,
  store,
  toQueue,
  toFunction,
}: DeliveryDeps): ((message: Message) => void) => {
  const giveUp = createGiveUp(toQueue);
  const tryPost = async (message: Message, subscription: Subscription, retries: number): Promise<void> => {
    try {
      await clock.busy(() => post(message, subscription));
    } catch {
      // An endpoint that is away is an everyday event; whoever must know of it has a dead-letter queue.
      if (retries >= retriesMax) giveUp(message, subscription);
      else clock.after(retryDelayMs, () => void tryPost(message, subscription, retries + 1));
    }
  };
  const handOver = (message: Message, subscription: Subscription, give: () => void): void => {
    try {
      give();
    } catch {
      // SNS does not retry where the endpoint does not exist or is forbidden.
      giveUp(message, subscription);
    }
  };
  const toOne = (message: Message, subscription: Subscription): void => {
    const { protocol, endpoint } = subscription;
    switch (protocol) {
      case 'sqs':
        return void handOver(message, subscription, () =>
          isRaw(subscription)
            ? toQueue(endpoint, bodyFor(message, protocol), textAttributes(message), message.topicArn)
            : toQueue(endpoint, JSON.stringify(envelopeOf(message, subscription)), {}, message.topicArn),
        );
      case 'lambda':
        return void handOver(message, subscription, () =>
          toFunction(endpoint, lambdaEventOf(message, subscription), message.topicArn),
        );
      case 'http':
      case 'https':
        return void tryPost(message, subscription, 0);
      case 'email':
      case 'email-json':
      case 'sms':
        return void store.write({
          kind: 'sent',
          note: {
            at: message.at,
            protocol,
            endpoint,
            topicArn: message.topicArn,
            ...(message.subject !== undefined && { subject: message.subject }),
            message:
              protocol === 'email-json'
                ? JSON.stringify(envelopeOf(message, subscription))
                : bodyFor(message, protocol),
          },
        });
    }
  };
  return (message) => {
    const subscribed = [...store.subscriptions.values()].filter(
      ({ topicArn, pendingToken }) => topicArn === message.topicArn && pendingToken === undefined,
    );
    for (const subscription of subscribed) if (wants(subscription, message)) toOne(message, subscription);
  };
};
