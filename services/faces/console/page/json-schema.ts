/** The part of JSON Schema that the plan's schema uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
};

const isOfType = (type: string, value: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : typeOf(value) === type;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeOf(value) === 'object';

/** Everything in a value that its schema forbids, with its place. */
export const schemaFaults = (schema: JsonSchema, value: unknown, path = ''): readonly SchemaFault[] => {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choiceFaults(choices, value, path);
  const fault = (message: string): SchemaFault[] => [{ path, message }];
  if (schema.type !== undefined && !isOfType(schema.type, value))
    return fault(`is ${typeOf(value)}, expected ${schema.type}`);
  if (schema.const !== undefined && value !== schema.const)
    return fault(`expected ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return fault(`expected one of ${schema.enum.map(String).join(', ')}`);
  if (typeof value === 'string') return textFaults(schema, value).flatMap(fault);
  if (typeof value === 'number') return numberFaults(schema, value).flatMap(fault);
  if (Array.isArray(value)) return listFaults(schema, value, path);
  return isRecord(value) ? recordFaults(schema, value, path) : [];
};

/** Of several forms, the faults of that which comes closest. */
const choiceFaults = (choices: readonly JsonSchema[], value: unknown, path: string): readonly SchemaFault[] =>
  choices
    .map((choice) => schemaFaults(choice, value, path))
    .reduce((a, b) => (b.length === 0 || (a.length > 0 && isCloser(b, a, path)) ? b : a));

const isCloser = (a: readonly SchemaFault[], b: readonly SchemaFault[], path: string): boolean => {
  const depth = (faults: readonly SchemaFault[]): number =>
    faults.some((fault) => fault.path === path) ? 0 : 1;
  return depth(a) > depth(b);
};

const textFaults = (
  { pattern, minLength = 0, maxLength = Infinity }: JsonSchema,
  value: string,
): readonly string[] => {
  if (value.length < minLength) return [`needs at least ${minLength} characters`];
  if (value.length > maxLength) return [`may have ${maxLength} characters at most`];
  return pattern !== undefined && !new RegExp(pattern, 'u').test(value)
    ? [`"${value}" does not match ${pattern}`]
    : [];
};

const numberFaults = (
  { minimum = -Infinity, maximum = Infinity }: JsonSchema,
  value: number,
): readonly string[] => (value < minimum || value > maximum ? [`expected ${minimum} to ${maximum}`] : []);

const listFaults = (schema: JsonSchema, value: readonly unknown[], path: string): readonly SchemaFault[] => {
  const { items = {}, minItems = 0, maxItems = Infinity } = schema;
  const size = value.length < minItems || value.length > maxItems;
  const own = size ? [{ path, message: `needs ${minItems} to ${maxItems} entries` }] : [];
  return [...own, ...value.flatMap((item, index) => schemaFaults(items, item, `${path}[${index}]`))];
};

const recordFaults = (
  schema: JsonSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): readonly SchemaFault[] => {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const missing = required
    .filter((name) => !(name in value))
    .map((name) => ({ path: at(name), message: 'is missing' }));
  const members = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    if (known !== undefined) return schemaFaults(known, member, at(name));
    if (typeof additionalProperties === 'object') return schemaFaults(additionalProperties, member, at(name));
    if (additionalProperties) return [];
    return [{ path: at(name), message: `is unknown, expected one of ${Object.keys(properties).join(', ')}` }];
  });
  return [...missing, ...members];
};
