import { isJsonObject, type JsonObject, parseJson } from '../eventbridge/json.ts';
import { compilePattern, leavesOf } from '../eventbridge/pattern-match.ts';
import { parsePattern } from '../eventbridge/pattern-parse.ts';
import { PatternRefusal, PatternTooLarge } from '../eventbridge/pattern-refusal.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { Message, MessageAttribute, Subscription } from './topic.ts';

const policyOf = ({ attributes }: Pick<Subscription, 'attributes'>): string | undefined => {
  const text = attributes['FilterPolicy']?.trim();
  return text === undefined || text === '' || text === '{}' ? undefined : text;
};

/** Refuses a filter policy that SNS refuses. It is read as an event pattern: the two are one language. */
export const checkFilter = (subscription: Pick<Subscription, 'attributes'>): void => {
  const policy = policyOf(subscription);
  try {
    if (policy !== undefined) parsePattern(policy);
  } catch (error) {
    if (error instanceof PatternRefusal || error instanceof PatternTooLarge)
      throw new ServiceError('InvalidParameter', `Invalid parameter: FilterPolicy: ${error.message}`);
    throw error;
  }
};

const parsed = (text: string): unknown => parseJson(text)?.value;

const valueOf = ({ type, value }: MessageAttribute): unknown => {
  if (type === 'Number') return Number(value);
  return type === 'String.Array' ? parsed(value) : value;
};

/** What a policy is matched against: the attributes, or the body when that is JSON. */
const subjectOf = (subscription: Subscription, message: Message): JsonObject | undefined => {
  if (subscription.attributes['FilterPolicyScope'] === 'MessageBody') {
    const body = parsed(message.body);
    return isJsonObject(body) ? body : undefined;
  }
  const entries = Object.entries(message.attributes).filter(([, { type }]) => !type.startsWith('Binary'));
  return Object.fromEntries(entries.map(([name, attribute]) => [name, valueOf(attribute)]));
};

/** Whether a subscription gets a message ("Amazon SNS subscription filter policies"). */
export const wants = (subscription: Subscription, message: Message): boolean => {
  const policy = policyOf(subscription);
  if (policy === undefined) return true;
  const subject = subjectOf(subscription, message);
  return subject !== undefined && compilePattern(parsePattern(policy))(leavesOf(subject));
};
