import { movedFrom } from '../../sqs/move-task.ts';
import {
  type AccessOf,
  arnIn,
  type Input,
  onAll,
  onOne,
  type Place,
  type ServiceAccess,
  textIn,
} from '../access.ts';

/** A queue's URL ends with its account and name. */
const byUrl = (input: Input, place: Place): string => {
  const [name = '', account = place.account] = textIn(input, 'QueueUrl').split('/').toReversed();
  return arnIn('sqs', { ...place, account: /^\d{12}$/.test(account) ? account : place.account }, name);
};
const byName = (input: Input, place: Place): string =>
  arnIn(
    'sqs',
    { ...place, account: textIn(input, 'QueueOwnerAWSAccountId') || place.account },
    textIn(input, 'QueueName'),
  );

/** A batch asks for the permission of its single operation. */
const asSingle =
  (operation: string): AccessOf =>
  (input, place) => [{ action: `sqs:${operation}`, resource: byUrl(input, place) }];

const moving: AccessOf = (input) => {
  const [source, destination] = [textIn(input, 'SourceArn'), textIn(input, 'DestinationArn')];
  return [
    ...['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((operation) => ({
      action: `sqs:${operation}`,
      resource: source,
    })),
    // Without a destination, messages go back to the queues that they came from.
    ...(destination === '' ? [] : [{ action: 'sqs:SendMessage', resource: destination }]),
  ];
};

/** "Actions, resources, and condition keys for Amazon SQS". */
export const sqsAccess: ServiceAccess = {
  ...onAll('sqs', 'ListQueues'),
  ...onOne('sqs', byName, 'CreateQueue', 'GetQueueUrl'),
  ...onOne(
    'sqs',
    byUrl,
    'SetQueueAttributes',
    'GetQueueAttributes',
    'DeleteQueue',
    'PurgeQueue',
    'SendMessage',
    'ReceiveMessage',
    'DeleteMessage',
    'ChangeMessageVisibility',
    'ListDeadLetterSourceQueues',
    'TagQueue',
    'AddPermission',
    'RemovePermission',
    'UntagQueue',
    'ListQueueTags',
  ),
  ...onOne('sqs', (input) => textIn(input, 'SourceArn'), 'ListMessageMoveTasks'),
  CancelMessageMoveTask: (input) =>
    ['CancelMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((operation) => ({
      action: `sqs:${operation}`,
      resource: movedFrom(textIn(input, 'TaskHandle')),
    })),
  SendMessageBatch: asSingle('SendMessage'),
  DeleteMessageBatch: asSingle('DeleteMessage'),
  ChangeMessageVisibilityBatch: asSingle('ChangeMessageVisibility'),
  StartMessageMoveTask: moving,
};
