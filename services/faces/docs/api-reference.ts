import { type JsonSchema, valueText } from './schema-reference.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema: JsonSchema;
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content; readonly $ref?: string }>
  >;
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const valueOf = (schema: JsonSchema): string =>
  cell(valueText(schema, ({ properties }) => (properties === undefined ? undefined : 'object')));

const parametersOf = ({ parameters }: Operation): string =>
  parameters.length === 0
    ? ''
    : [
        '| parameter | in | value | meaning |',
        '|---|---|---|---|',
        ...parameters.map(
          ({ name, in: where, description, schema }) =>
            `| \`${name}\` | ${where} | ${valueOf(schema)} | ${cell(description ?? schema.description ?? '')} |`,
        ),
      ].join('\n');

const bodyOf = ({ requestBody }: Operation): string => {
  const { properties = {}, required = [] } = requestBody?.content['application/json']?.schema ?? {};
  const fields = Object.entries(properties);
  if (fields.length === 0) return '';
  const must = new Set(required);
  return [
    '| field of the body | value | meaning |',
    '|---|---|---|',
    ...fields.map(
      ([name, schema]) =>
        `| \`${name}\`${must.has(name) ? ' (required)' : ''} | ${valueOf(schema)} | ${cell(schema.description ?? '')} |`,
    ),
  ].join('\n');
};

const answersOf = ({ responses }: Operation): string =>
  Object.entries(responses)
    .map(([status, { description, $ref, content = {} }]) => {
      const types = Object.keys(content).filter((type) => type !== 'application/json');
      const what = description ?? $ref?.split('/').at(-1) ?? '';
      return `- **${status}** ${what}${types.length === 0 ? '' : ` (also ${types.join(', ')})`}`;
    })
    .join('\n');

/** Every operation of the API in Markdown: its scope, what it takes, and what it answers. */
export const apiReference = ({ paths }: OpenApi): string =>
  Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) =>
        [
          `## ${method.toUpperCase()} ${path}`,
          operation.summary,
          `Scope: ${operation.security.flatMap((each) => Object.values(each).flat()).join(', ')}.`,
          parametersOf(operation),
          bodyOf(operation),
          answersOf(operation),
        ]
          .filter((part) => part !== '')
          .join('\n\n'),
      ),
    )
    .join('\n\n');
