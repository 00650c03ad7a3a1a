import { type FormTree, listOf } from '../protocols/form.ts';

/** Numbers of SQS's operations; a form has them as text. */
const numbers: ReadonlySet<string> = new Set([
  ...['DelaySeconds', 'MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds', 'MaxResults'],
  'MaxNumberOfMessagesPerSecond',
]);

/** Lists, which a form has flat, one number after the other, by their names in JSON. */
const lists: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  TagKey: 'TagKeys',
  AWSAccountId: 'AWSAccountIds',
  ActionName: 'Actions',
  SendMessageBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
};

interface MapForm {
  readonly name: string;
  readonly key: 'Name' | 'Key';
}

/** Maps, which a form has as lists of pairs. */
const maps: Readonly<Record<string, MapForm>> = {
  Attribute: { name: 'Attributes', key: 'Name' },
  MessageAttribute: { name: 'MessageAttributes', key: 'Name' },
  MessageSystemAttribute: { name: 'MessageSystemAttributes', key: 'Name' },
  Tag: { name: 'Tags', key: 'Key' },
};

const valueOf = (name: string, value: string | FormTree): unknown => {
  if (typeof value !== 'string') return membersOf(value);
  return numbers.has(name) ? Number(value) : value;
};

const pairsOf = (tree: string | FormTree, key: MapForm['key']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    listOf(tree).flatMap((pair) => {
      if (typeof pair === 'string' || typeof pair[key] !== 'string') return [];
      // A value that is left out is an empty one.
      return [[pair[key], valueOf('Value', pair['Value'] ?? '')]];
    }),
  );

const membersOf = (tree: FormTree): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(tree).map(([name, value]) => {
      const map = maps[name];
      if (map !== undefined) return [map.name, pairsOf(value, map.key)];
      const list = lists[name];
      if (list !== undefined) return [list, listOf(value).map((member) => valueOf('', member))];
      return [name, valueOf(name, value)];
    }),
  );

/** A form of the Query protocol as the input that the same operation has in JSON. */
export const inputOfForm = (operation: string, form: FormTree): Readonly<Record<string, unknown>> => {
  const input = membersOf(form);
  if (operation !== 'CreateQueue') return input;
  // CreateQueue alone has its tags in small letters.
  const { Tags, ...rest } = input;
  return Tags === undefined ? rest : { ...rest, tags: Tags };
};
