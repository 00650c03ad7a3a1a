import * as z from 'zod';
import { slugSchema } from '../../../contracts/identifiers.ts';

/** As much of JSON Schema as the contracts' own schemas use. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** An object of a document, with the name under which it is described once. */
interface Section {
  readonly name: string;
  readonly schema: JsonSchema;
}

const formsOf = ({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] | undefined => anyOf ?? oneOf;

const between = (what: string, least?: number, most?: number): string => {
  if (least !== undefined && most !== undefined) return `${what} from ${least} to ${most}`;
  if (most !== undefined) return `${what} of at most ${most}`;
  return least === undefined ? what : `${what} of at least ${least}`;
};

/** What JavaScript can count to is no limit that anybody meant. */
const meant = (limit: number | undefined): number | undefined =>
  limit !== undefined && Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;

const code = (value: unknown): string => `\`${JSON.stringify(value)}\``;

/** Each object with fields that the schema leads to, in the order of reading; the same one under two fields once. */
const sectionsOf = (root: Section): readonly Section[] => {
  const found = new Map<string, Section>();
  const visit = (schema: JsonSchema, name: string): void => {
    for (const form of formsOf(schema) ?? []) visit(form, name);
    if (schema.items !== undefined) visit(schema.items, name);
    if (typeof schema.additionalProperties === 'object') visit(schema.additionalProperties, name);
    if (schema.properties === undefined || found.has(JSON.stringify(schema))) return;
    const kind = schema.properties['kind']?.const;
    const plain = typeof kind === 'string' ? `action ${kind}` : name;
    const names = new Set([...found.values()].map((section) => section.name));
    const fields = Object.keys(schema.properties).join(', ');
    found.set(JSON.stringify(schema), { schema, name: names.has(plain) ? `${plain}: ${fields}` : plain });
    for (const [field, value] of Object.entries(schema.properties)) visit(value, field);
  };
  visit(root.schema, root.name);
  return [...found.values()];
};

const anchorOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

const slugPattern = z.toJSONSchema(slugSchema).pattern;

/** What a value may be, in words; an object is what `linkTo` makes of it. */
export const valueText = (schema: JsonSchema, linkTo: (schema: JsonSchema) => string | undefined): string => {
  const { type, items, additionalProperties, minItems, maxItems, minLength, maxLength } = schema;
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ');
  const forms = formsOf(schema);
  if (forms !== undefined) return [...new Set(forms.map((form) => valueText(form, linkTo)))].join(' or ');
  const link = linkTo(schema);
  if (link !== undefined) return link;
  if (items !== undefined) return `${between('list', minItems, maxItems)}: ${valueText(items, linkTo)}`;
  if (typeof additionalProperties === 'object') return `by name: ${valueText(additionalProperties, linkTo)}`;
  if (type === 'integer' || type === 'number')
    return between(type, meant(schema.minimum), meant(schema.maximum));
  if (schema.format === 'date-time') return 'instant, ISO 8601 in UTC';
  if (schema.pattern === slugPattern) return 'name in small letters, digits and hyphens';
  if (schema.pattern !== undefined && schema.pattern.length < 60) return `text like \`${schema.pattern}\``;
  return between(type === 'string' ? 'text' : (type ?? 'anything'), minLength, maxLength);
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const tableOf = (schema: JsonSchema, linkTo: (schema: JsonSchema) => string | undefined): string => {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([field, value]) => {
    const isEmpty = Array.isArray(value.default) && value.default.length === 0;
    const fallback =
      value.default === undefined || isEmpty || JSON.stringify(value.default) === '{}'
        ? ''
        : ` Default: ${code(value.default)}.`;
    const must = required.has(field) && value.default === undefined ? ' (required)' : '';
    return `| \`${field}\`${must} | ${cell(valueText(value, linkTo))} | ${cell(`${value.description ?? ''}${fallback}`)} |`;
  });
  return ['| field | value | meaning |', '|---|---|---|', ...rows].join('\n');
};

/**
 * Describes a document in Markdown: a table for each object in it, with links from where it is used.
 * `name` is the title of the whole.
 */
export const schemaReference = (name: string, schema: JsonSchema): string => {
  const sections = sectionsOf({ name, schema });
  const names = new Map(sections.map((section) => [JSON.stringify(section.schema), section.name]));
  const linkTo = (each: JsonSchema): string | undefined => {
    const known = each.properties === undefined ? undefined : names.get(JSON.stringify(each));
    return known === undefined ? undefined : `[${known}](#${anchorOf(known)})`;
  };
  return sections.map((section) => `## ${section.name}\n\n${tableOf(section.schema, linkTo)}`).join('\n\n');
};
