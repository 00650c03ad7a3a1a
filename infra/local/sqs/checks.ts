import { ServiceError } from '../protocols/service-error.ts';
import type { MessageAttributes } from './message.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import type { Queue } from './store.ts';

export interface SendInput {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly groupId?: string;
  /** Default: the queue's own. */
  readonly delaySeconds?: number;
}

const namePattern = /^[a-zA-Z0-9_-]{1,80}$/;

/** Refuses a name that is none, and FIFO queues, which are not simulated. */
export const checkName = (name: string): void => {
  if (name.endsWith('.fifo'))
    throw new ServiceError('UnsupportedOperation', 'FIFO queues are not simulated.');
  if (!namePattern.test(name))
    throw new ServiceError(
      'InvalidParameterValue',
      'A queue name has 1 to 80 letters, digits, hyphens and underscores.',
    );
};

/** Creating a queue that exists returns it, unless an attribute is asked for that it does not have. */
export const checkSame = (existing: Queue, asked: QueueAttributes): void => {
  const different = Object.entries(asked).find(([name, value]) => existing.attributes[name] !== value);
  if (different !== undefined)
    throw new ServiceError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${different[0]}.`,
    );
};

/** SQS: SendMessage.MessageGroupId has up to 128 letters, digits and ASCII punctuation. */
const groupPattern = /^[!-~]{1,128}$/;

/** Refuses a message that SQS refuses: empty, too large, too late, or with too many attributes. */
export const checkMessage = (
  queue: Queue,
  { body, attributes, groupId, delaySeconds = 0 }: SendInput,
): void => {
  if (groupId !== undefined && !groupPattern.test(groupId))
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${groupId} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  const size = Buffer.byteLength(body) + Buffer.byteLength(JSON.stringify(attributes));
  if (body === '')
    throw new ServiceError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (size > Number(queue.attributes['MaximumMessageSize']))
    throw new ServiceError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.attributes['MaximumMessageSize'] ?? ''} bytes.`,
    );
  if (Object.keys(attributes).length > 10)
    throw new ServiceError('InvalidParameterValue', 'A message has at most 10 attributes.');
  if (!(Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= 900))
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
};
