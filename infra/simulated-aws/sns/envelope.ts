import { bodyFor, type Message, type Subscription } from './topic.ts';

const attributesOf = (message: Message): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(message.attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
  );

/**
 * The JSON document that a queue or a web endpoint gets unless it asked for the raw message. It is not
 * signed: the members that would prove where it comes from are there and say so.
 */
export const envelopeOf = (
  message: Message,
  { protocol, arn }: Subscription,
): Readonly<Record<string, unknown>> => {
  const attributes = attributesOf(message);
  const [, , , region = ''] = message.topicArn.split(':');
  const address = `https://sns.${region}.amazonaws.com`;
  return {
    Type: 'Notification',
    MessageId: message.id,
    TopicArn: message.topicArn,
    ...(message.subject !== undefined && { Subject: message.subject }),
    Message: bodyFor(message, protocol),
    Timestamp: new Date(message.at).toISOString(),
    SignatureVersion: '1',
    Signature: 'unsigned',
    SigningCertURL: `${address}/SimpleNotificationService-unsigned.pem`,
    UnsubscribeURL: `${address}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  };
};

/** The event that a function gets ("Invoking Lambda functions with Amazon SNS notifications"). */
export const lambdaEventOf = (message: Message, subscription: Subscription): unknown => {
  const { SigningCertURL, UnsubscribeURL, Subject, ...rest } = envelopeOf(message, subscription);
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: subscription.arn,
        Sns: {
          ...rest,
          Subject: Subject ?? null,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: attributesOf(message),
        },
      },
    ],
  };
};
