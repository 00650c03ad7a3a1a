import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';

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

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MessageRetentionPeriod: [60, 1_209_600],
  MaximumMessageSize: [1024, 1_048_576],
};

const kept: ReadonlySet<string> = new Set([
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
]);

const redrivePolicy = z.object({
  deadLetterTargetArn: z.string().min(1),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

const invalid = (name: string): ServiceError =>
  new ServiceError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The policy by which messages that keep failing are given up; an empty one is none. */
export const redrivePolicyOf = (attributes: QueueAttributes): RedrivePolicy | undefined => {
  const text = attributes['RedrivePolicy'];
  if (text === undefined || text === '') return undefined;
  const parsed = redrivePolicy.safeParse(readJson(text));
  if (!parsed.success) throw invalid('RedrivePolicy');
  return parsed.data;
};

const checkOne = (name: string, value: string): void => {
  if (name === 'FifoQueue' || name === 'ContentBasedDeduplication')
    throw new ServiceError('UnsupportedOperation', 'FIFO queues are not simulated.');
  const range = ranges[name];
  if (range === undefined && !kept.has(name))
    throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  if (range !== undefined && !(/^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1]))
    throw invalid(name);
};

/** Refuses attributes that AWS refuses, and FIFO queues, which are not simulated. */
export const checkAttributes = (attributes: QueueAttributes): void => {
  for (const [name, value] of Object.entries(attributes)) checkOne(name, value);
  redrivePolicyOf(attributes);
};

/** A duration attribute in milliseconds. */
export const msOf = (attributes: QueueAttributes, name: string): number =>
  Number(attributes[name] ?? 0) * 1000;
