import type { WireRequest } from '../wire.ts';
import { type Input, textIn } from './access.ts';
import { callOf } from './call.ts';

const accountForm = /(?<!\d)\d{12}(?!\d)/g;

/** Whether a request names any account but this one. Most do not, which is cheaper to see than what they name. */
export const namesAnother = ({ body, path, query }: WireRequest, account: string): boolean =>
  [body, path, ...Object.values(query)].some((text) =>
    [...text.matchAll(accountForm)].some(([each]) => each !== account),
  );

const accountInArn = (arn: string): string | undefined => /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];

const ofQueue = (input: Input): string | undefined =>
  /\/(\d{12})\/[^/]+$/.exec(textIn(input, 'QueueUrl'))?.[1] ||
  textIn(input, 'QueueOwnerAWSAccountId') ||
  undefined;

const ofTopic = (input: Input): string | undefined =>
  ['TopicArn', 'TargetArn', 'ResourceArn', 'SubscriptionArn']
    .flatMap((member) => accountInArn(textIn(input, member)) ?? [])
    .at(0);

const ofFunction = (input: Input): string | undefined => {
  const name = textIn(input, 'FunctionName');
  return accountInArn(name) ?? /^(\d{12}):/.exec(name)?.[1];
};

const owners: Readonly<Record<string, (input: Input) => string | undefined>> = {
  sqs: ofQueue,
  sns: ofTopic,
  lambda: ofFunction,
};

/**
 * The account whose service answers a call: that of the queue, topic or function that it names, which may let the caller
 * in, else that of the caller.
 */
export const answeringAccount = (service: string, request: WireRequest, caller: string): string => {
  const ownerIn = Object.hasOwn(owners, service) ? owners[service] : undefined;
  if (ownerIn === undefined || !namesAnother(request, caller)) return caller;
  return ownerIn(callOf(service, request).input) ?? caller;
};

const ownersAlone = [
  ...['AddPermission', 'CancelMessageMoveTask', 'CreateQueue', 'DeleteQueue', 'ListMessageMoveTasks'],
  ...['ListQueues', 'ListQueueTags', 'RemovePermission', 'SetQueueAttributes', 'StartMessageMoveTask'],
  ...['TagQueue', 'UntagQueue'],
].map((operation) => `sqs:${operation}`);

/** "Limitations of Amazon SQS custom policies": what no policy can open to other accounts. */
export const isForOwnersAlone = (action: string): boolean => ownersAlone.includes(action);
