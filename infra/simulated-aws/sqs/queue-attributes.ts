import * as z from 'zod';
import type { ServiceError } from '../protocols/service-error.ts';
import { invalidValue, sqsError } from './sqs-error.ts';

/** Queue attributes travel as strings. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What a queue has when its creator does not say ("SetQueueAttributes"). Times in seconds, size in bytes. */
export const defaultAttributes: QueueAttributes = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
  SqsManagedSseEnabled: 'true',
};

/** What a FIFO queue has beside them. */
export const defaultFifoAttributes: QueueAttributes = {
  ContentBasedDeduplication: 'false',
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
};

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MessageRetentionPeriod: [60, 1_209_600],
  MaximumMessageSize: [1024, 1_048_576],
  KmsDataKeyReusePeriodSeconds: [60, 86_400],
};

const choices: Readonly<Record<string, readonly string[]>> = {
  SqsManagedSseEnabled: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};

const texts = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy', 'KmsMasterKeyId'];

/** An empty text takes these away. */
const removable: ReadonlySet<string> = new Set(texts);

const ofFifoOnly: ReadonlySet<string> = new Set(['DeduplicationScope', 'FifoThroughputLimit']);

/** What a queue tells of itself beside what can be set. */
export const toldAttributes = [
  ...['QueueArn', 'CreatedTimestamp', 'LastModifiedTimestamp', 'ApproximateNumberOfMessages'],
  ...['ApproximateNumberOfMessagesDelayed', 'ApproximateNumberOfMessagesNotVisible'],
] as const;

const known: ReadonlySet<string> = new Set([
  ...Object.keys(ranges),
  ...Object.keys(choices),
  ...texts,
  ...toldAttributes,
  ...['FifoQueue', 'All'],
]);

/** Refuses names that no queue has an attribute of. */
export const checkAttributeNames = (names: readonly string[]): void => {
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
};

export const isFifo = (attributes: QueueAttributes): boolean => attributes['FifoQueue'] === 'true';

const redrivePolicy = z.object({
  deadLetterTargetArn: z.string().min(1),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const redriveFault = (policy: unknown): string => {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    return 'Redrive policy is not a valid JSON map.';
  const missing = ['deadLetterTargetArn', 'maxReceiveCount'].find((name) => !(name in policy));
  if (missing !== undefined) return `Redrive policy does not contain mandatory attribute: ${missing}.`;
  const { maxReceiveCount } = policy as { readonly maxReceiveCount?: unknown };
  return `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to 1000 both inclusive.`;
};

/** The policy by which messages that keep failing are given up; an empty one is none. */
export const redrivePolicyOf = (attributes: QueueAttributes): RedrivePolicy | undefined => {
  const text = attributes['RedrivePolicy'];
  if (text === undefined || text === '') return undefined;
  const policy = readJson(text);
  const parsed = redrivePolicy.safeParse(policy);
  if (!parsed.success) throw invalidValue(text, 'RedrivePolicy', redriveFault(policy));
  return parsed.data;
};

const allowPolicy = z.discriminatedUnion('redrivePermission', [
  z.strictObject({ redrivePermission: z.enum(['allowAll', 'denyAll']) }),
  z.strictObject({
    redrivePermission: z.literal('byQueue'),
    sourceQueueArns: z.array(z.string()).min(1).max(10),
  }),
]);

const allowPolicyOf = (attributes: QueueAttributes): z.output<typeof allowPolicy> => {
  const text = attributes['RedriveAllowPolicy'];
  if (text === undefined || text === '') return { redrivePermission: 'allowAll' };
  const parsed = allowPolicy.safeParse(readJson(text));
  if (!parsed.success)
    throw invalidValue(
      text,
      'RedriveAllowPolicy',
      "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
    );
  return parsed.data;
};

/** Whether a queue lets another one give its messages up to it. */
export const mayBeTargetOf = (attributes: QueueAttributes, sourceArn: string): boolean => {
  const policy = allowPolicyOf(attributes);
  if (policy.redrivePermission === 'byQueue') return policy.sourceQueueArns.includes(sourceArn);
  return policy.redrivePermission === 'allowAll';
};

const unknownAttribute = (name: string): ServiceError =>
  sqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);

const invalid = (name: string, reason?: string): ServiceError =>
  sqsError(
    'InvalidAttributeValue',
    `Invalid value for the parameter ${name}.${reason === undefined ? '' : ` Reason: ${reason}`}`,
  );

const checkName = (name: string, isOfFifo: boolean): void => {
  if (isOfFifo) return;
  if (ofFifoOnly.has(name))
    throw sqsError('InvalidAttributeName', `You can specify the ${name} only when FifoQueue is set to true.`);
  if (name === 'FifoQueue' || name === 'ContentBasedDeduplication') throw unknownAttribute(name);
};

const isDocument = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const checkValue = (name: string, value: string): void => {
  const range = ranges[name];
  if (range === undefined && choices[name] === undefined && !removable.has(name))
    throw unknownAttribute(name);
  if (range !== undefined && !(/^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1]))
    throw invalid(name);
  if (choices[name]?.includes(value) === false) throw invalid(name);
  if (name === 'Policy' && value !== '' && !isDocument(readJson(value))) throw invalid(name);
};

/** `True` and `TRUE` mean the same. */
const spelt = (name: string, value: string): string =>
  name === 'FifoQueue' || choices[name]?.includes('true') === true ? value.toLowerCase() : value;

/** Attributes as a queue keeps them, or the error that SQS has for them. */
export const askedAttributes = (asked: QueueAttributes): QueueAttributes => {
  const attributes = Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [name, spelt(name, value)]),
  );
  const { FifoQueue, ...others } = attributes;
  for (const [name, value] of Object.entries(others)) {
    checkName(name, FifoQueue === 'true');
    checkValue(name, value);
  }
  if (FifoQueue !== undefined && FifoQueue !== 'true') throw unknownAttribute('FifoQueue');
  redrivePolicyOf(attributes);
  allowPolicyOf(attributes);
  return attributes;
};

/** Changes of a queue's attributes, as it keeps them; its kind can never be changed. */
export const changedAttributes = (current: QueueAttributes, asked: QueueAttributes): QueueAttributes => {
  const { FifoQueue, ...others } = asked;
  if (FifoQueue !== undefined && !isFifo(current)) throw unknownAttribute('FifoQueue');
  if (FifoQueue !== undefined && FifoQueue.toLowerCase() !== 'true')
    throw invalid('FifoQueue', 'Modifying queue type is not supported.');
  const { FifoQueue: _, ...changes } = askedAttributes({
    ...others,
    ...(isFifo(current) && { FifoQueue: 'true' }),
  });
  return changes;
};

const isGone = (name: string, value: string): boolean =>
  (removable.has(name) && value === '') || (name === 'KmsDataKeyReusePeriodSeconds' && value === '300');

/** Attributes with changes applied: an empty text removes, and a key of one's own takes the place of SQS's. */
export const withChanges = (current: QueueAttributes, changes: QueueAttributes): QueueAttributes => {
  const managed =
    changes['SqsManagedSseEnabled'] === undefined && (changes['KmsMasterKeyId'] ?? '') !== ''
      ? { SqsManagedSseEnabled: 'false' }
      : {};
  return Object.fromEntries(
    Object.entries({ ...current, ...changes, ...managed }).filter(([name, value]) => !isGone(name, value)),
  );
};

/** A duration attribute in milliseconds. */
export const msOf = (attributes: QueueAttributes, name: string): number =>
  Number(attributes[name] ?? 0) * 1000;
