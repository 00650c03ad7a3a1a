import type { MessageAttribute, MessageAttributes } from './message.ts';
import { isFifo, type QueueAttributes } from './queue-attributes.ts';
import { invalidParameter, invalidValue, missingParameter, sqsError } from './sqs-error.ts';
import type { Queue } from './store.ts';

export interface SendInput {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader?: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Default: the queue's own. */
  readonly delaySeconds?: number;
}

const namePattern = /^[a-zA-Z0-9_-]{1,80}$/;

/** Refuses a name that is none; that of a FIFO queue ends in `.fifo`, which counts. */
export const checkName = (name: string, asked: QueueAttributes): void => {
  if (isFifo(asked)) {
    if (!/^[a-zA-Z0-9_-]{1,75}\.fifo$/.test(name))
      throw invalidParameter(
        'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
      );
  } else if (!namePattern.test(name))
    throw invalidParameter(
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
};

/** Creating a queue that exists returns it, unless an attribute is asked for that it does not have. */
export const checkSame = (existing: Queue, asked: QueueAttributes): void => {
  const different = Object.entries(asked).find(
    ([name, value]) => value !== '' && existing.attributes[name] !== value,
  );
  if (different !== undefined)
    throw sqsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${different[0]}`,
    );
};

/** SQS: group and deduplication ids have up to 128 letters, digits and ASCII punctuation. */
const idPattern = /^[!-~]{1,128}$/;

const checkId = (id: string | undefined, parameter: string): void => {
  if (id !== undefined && !idPattern.test(id))
    throw invalidValue(
      id,
      parameter,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
};

/** "A message can include only XML, JSON, and unformatted text", in these characters of Unicode. */
const allowed = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

const foreign =
  'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF';

const checkAttributeName = (name: string): void => {
  if (Buffer.byteLength(name) > 256)
    throw invalidParameter('Message (user) attribute names must be shorter than 256 Bytes');
  if (!/^[\w.-]+$/.test(name))
    throw invalidParameter(
      'Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores. ',
    );
  if (/^(aws\.|amazon\.|\.)|\.$/i.test(name))
    throw invalidParameter(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    );
};

const checkAttribute = (name: string, { DataType, StringValue, BinaryValue }: MessageAttribute): void => {
  checkAttributeName(name);
  const [type = ''] = DataType.split('.');
  if (!['String', 'Number', 'Binary'].includes(type))
    throw invalidParameter(
      `Type for parameter MessageAttributes.Attribute_name.DataType must be prefixed with "String", "Binary", or "Number", but was: ${DataType}`,
    );
  if (!(type === 'Binary' ? BinaryValue : StringValue))
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${type}'.`,
    );
  if (StringValue !== undefined && !allowed.test(StringValue)) throw invalidParameter(foreign);
  if (type === 'Number' && Number.isNaN(Number(StringValue)))
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
};

const attributeBytes = ([name, { DataType, StringValue, BinaryValue }]: readonly [
  string,
  MessageAttribute,
]): number =>
  Buffer.byteLength(name) +
  Buffer.byteLength(DataType) +
  Buffer.byteLength(StringValue ?? '') +
  Buffer.byteLength(BinaryValue ?? '', 'base64');

/** What counts of a message: its body, and the names, types and values of its attributes. */
export const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, attribute) => sum + attributeBytes(attribute),
    Buffer.byteLength(body),
  );

const checkDelay = (queue: Queue, delaySeconds: number): void => {
  if (isFifo(queue.attributes) && delaySeconds !== 0)
    throw invalidValue(
      delaySeconds,
      'DelaySeconds',
      'The request include parameter that is not valid for this queue type.',
    );
  if (!(Number.isInteger(delaySeconds) && delaySeconds >= 0 && delaySeconds <= 900))
    throw invalidValue(delaySeconds, 'DelaySeconds', 'DelaySeconds must be >= 0 and <= 900.');
};

/** Refuses what a FIFO queue needs and a standard queue must not have. */
const checkOrder = (queue: Queue, { groupId, deduplicationId }: SendInput): void => {
  checkId(groupId, 'MessageGroupId');
  checkId(deduplicationId, 'MessageDeduplicationId');
  if (!isFifo(queue.attributes)) {
    if (deduplicationId !== undefined)
      throw invalidValue(
        deduplicationId,
        'MessageDeduplicationId',
        'The request includes a parameter that is not valid for this queue type.',
      );
    return;
  }
  if (groupId === undefined) throw missingParameter('MessageGroupId');
  if (deduplicationId === undefined && queue.attributes['ContentBasedDeduplication'] !== 'true')
    throw invalidParameter(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
};

/** Refuses a message that SQS refuses: empty, too large, too late, of strange characters or attributes. */
export const checkMessage = (queue: Queue, input: SendInput): void => {
  const { body, attributes, delaySeconds = 0 } = input;
  const bytesMax = queue.attributes['MaximumMessageSize'] ?? '';
  if (body === '') throw missingParameter('MessageBody');
  checkOrder(queue, input);
  if (!allowed.test(body)) throw sqsError('InvalidMessageContents', foreign);
  const count = Object.keys(attributes).length;
  if (count > 10)
    throw invalidParameter(`Number of message attributes [${count}] exceeds the allowed maximum [10].`);
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
  if (messageBytes(body, attributes) > Number(bytesMax))
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${bytesMax} bytes.`,
    );
  checkDelay(queue, delaySeconds);
};
