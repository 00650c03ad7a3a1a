import { catalogue } from '../catalogue.ts';
import { requestContractOf } from '../decision-events.ts';
import type { EventContract } from '../envelope.ts';
import { taskEvents, taskSource } from '../task-events.ts';
import { detailSchemaOf, type JsonSchema } from './event-schema.ts';

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (schema: unknown, name: string): unknown => (isObject(schema) ? schema[name] : undefined);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A member's type as people say it. */
const typeText = (schema: unknown): string => {
  if (!isObject(schema)) return 'anything';
  if ('const' in schema) return JSON.stringify(schema['const']);
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' or ');
  const forms = list(schema['anyOf'] ?? schema['oneOf']);
  if (forms.length > 0) return [...new Set(forms.map(typeText))].join(' or ');
  const { type } = schema;
  if (type === 'array') return `list of ${typeText(schema['items'])}`;
  if (typeof schema['format'] === 'string') return schema['format'];
  return typeof type === 'string' ? type : 'anything';
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

const rowsOf = (contract: EventContract): readonly string[] => {
  const data = member(member(detailSchemaOf(contract, 'draft-7'), 'properties'), 'data');
  const required = list(member(data, 'required'));
  const properties = member(data, 'properties');
  return Object.entries(isObject(properties) ? properties : {}).map(([name, schema]) => {
    const description = member(schema, 'description');
    const need = required.includes(name) ? 'yes' : '';
    return `| \`${name}\` | ${cell(typeText(schema))} | ${need} | ${cell(typeof description === 'string' ? description : '')} |`;
  });
};

const sayer = ({ saidBy }: EventContract): string =>
  ({ operator: 'anybody who is allowed to', any: 'any service', worker: 'a worker' })[saidBy as string] ??
  `\`${saidBy}\``;

const eventLines = (contract: EventContract): readonly string[] => [
  `### ${contract.name}`,
  '',
  contract.meaning,
  '',
  `Said by ${sayer(contract)}. [JSON Schema](events/${contract.name}.json)`,
  '',
  '| member of `data` | type | required | |',
  '| --- | --- | --- | --- |',
  ...rowsOf(contract),
  '',
];

const overview = (contracts: readonly EventContract[]): readonly string[] => [
  '| event | said by | it means |',
  '| --- | --- | --- |',
  ...contracts.map((contract) => `| \`${contract.name}\` | ${sayer(contract)} | ${cell(contract.meaning)} |`),
  '',
];

/** The event catalogue as a page for people. */
export const eventPage = (): string => {
  const requests = catalogue.filter(({ name }) => requestContractOf(name) !== undefined);
  const facts = catalogue.filter(({ name }) => requestContractOf(name) === undefined);
  return [
    '# Events of Groundswell',
    '',
    'Written from the contracts by `npm run catalogue`. For machines: [AsyncAPI](asyncapi.json), a JSON Schema for each event, and one for [the messages that webhooks get](notice.json).',
    '',
    'Every event has `source: "groundswell"`, its name as `detail-type`, and `detail: {metadata, data}`. Events arrive at least once and in no order: `metadata.eventId` is the same at each delivery, and `metadata.stream` with `metadata.version` is the order.',
    '',
    '## What Groundswell says',
    '',
    ...overview(facts),
    ...facts.flatMap(eventLines),
    '## What it can be asked',
    '',
    'Such an event needs only its `data`.',
    '',
    ...overview(requests),
    ...requests.flatMap(eventLines),
    '## What is said of tasks',
    '',
    `Such an event has \`source: "${taskSource}"\` and no metadata: it belongs to no stream, and neither the archive nor the audit keeps it, since a token goes with it.`,
    '',
    ...taskEvents.flatMap(eventLines),
  ].join('\n');
};
