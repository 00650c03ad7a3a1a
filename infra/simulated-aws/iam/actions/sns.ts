import { type Access, arnIn, type Input, onAll, onOne, type ServiceAccess, textIn } from '../access.ts';

const topic = (input: Input): string => textIn(input, 'TopicArn');
/** A subscription's ARN is its topic's with an id at its end. */
const topicOfSubscription = (input: Input): string => textIn(input, 'SubscriptionArn').replace(/:[^:]*$/, '');

const publishing = (input: Input): readonly Access[] => [
  // A text message to a number has no topic.
  { action: 'sns:Publish', resource: topic(input) || textIn(input, 'TargetArn') || '*' },
];

/** "Actions, resources, and condition keys for Amazon SNS". */
export const snsAccess: ServiceAccess = {
  ...onAll('sns', 'ListTopics', 'ListSubscriptions'),
  ...onOne(
    'sns',
    topic,
    'DeleteTopic',
    'GetTopicAttributes',
    'ConfirmSubscription',
    'ListSubscriptionsByTopic',
  ),
  ...onOne(
    'sns',
    (input) => textIn(input, 'ResourceArn'),
    'TagResource',
    'UntagResource',
    'ListTagsForResource',
  ),
  ...onOne('sns', topicOfSubscription, 'Unsubscribe', 'SetSubscriptionAttributes'),
  CreateTopic: (input, place) => [
    { action: 'sns:CreateTopic', resource: arnIn('sns', place, textIn(input, 'Name')) },
  ],
  Subscribe: (input) => [
    {
      action: 'sns:Subscribe',
      resource: topic(input),
      context: { 'sns:Protocol': textIn(input, 'Protocol'), 'sns:Endpoint': textIn(input, 'Endpoint') },
    },
  ],
  Publish: publishing,
};
