import { element, type Xml } from '../protocols/xml.ts';

/** The elements of lists and maps, which XML has flat, by their names in JSON. */
const elements: Readonly<Record<string, string>> = {
  Messages: 'Message',
  QueueUrls: 'QueueUrl',
  queueUrls: 'QueueUrl',
  Attributes: 'Attribute',
  MessageAttributes: 'MessageAttribute',
  Tags: 'Tag',
  Results: 'ListMessageMoveTasksResultEntry',
  Failed: 'BatchResultErrorEntry',
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const content = (operation: string, value: unknown): readonly Xml[] | string | number | boolean =>
  isRecord(value) ? resultXml(operation, value) : (value as string | number | boolean);

const memberXml = (operation: string, name: string, value: unknown): readonly Xml[] => {
  if (value === undefined) return [];
  const single = name === 'Successful' ? `${operation}ResultEntry` : (elements[name] ?? name);
  if (Array.isArray(value)) return value.map((member) => element(single, content(operation, member)));
  if (elements[name] === undefined || !isRecord(value)) return [element(name, content(operation, value))];
  const key = name === 'Tags' ? 'Key' : 'Name';
  return Object.entries(value).map(([each, one]) =>
    element(single, [element(key, each), element('Value', content(operation, one))]),
  );
};

/** The output of an operation as the elements that the Query protocol has for it. */
export const resultXml = (operation: string, output: Readonly<Record<string, unknown>>): readonly Xml[] =>
  Object.entries(output).flatMap(([name, value]) => memberXml(operation, name, value));
