import * as fc from 'fast-check';

/** As much of JSON Schema 2020-12 as the product's documents use. */
export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
}

const longestDrawn = 40;

const textOf = ({ pattern, format, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> => {
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (pattern !== undefined) {
    // Texts are drawn without what a pattern looks ahead for, and those kept that it matches whole.
    const whole = new RegExp(pattern);
    const drawn = fc.stringMatching(new RegExp(pattern.replaceAll(/\(\?[=!][^()]*\)/g, '')));
    return drawn.filter((text) => whole.test(text));
  }
  return fc.string({ minLength, maxLength: Math.min(maxLength ?? longestDrawn, longestDrawn) });
};

const objectOf = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, member]) => [name, arbitraryOf(member)]),
  );
  if (typeof additionalProperties === 'object')
    return fc.dictionary(textOf(propertyNames ?? {}), arbitraryOf(additionalProperties), { maxKeys: 3 });
  return fc.record(members, { requiredKeys: [...required], noNullPrototype: true });
};

const integersIn = (min = 0, max = 1_000) => ({ min, max: Math.min(max, min + 1_000_000) });

const drawn = new WeakMap<JsonSchema, fc.Arbitrary<unknown>>();

/** Values that the schema takes; lists and texts stay short. Throws for what no document of the product says. */
export const arbitraryOf = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const arbitrary = drawn.get(schema) ?? make(schema);
  drawn.set(schema, arbitrary);
  return arbitrary;
};

const make = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const { type, items, minItems = 0, maxItems = 3, minimum, maximum } = schema;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(arbitraryOf));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer(integersIn(minimum, maximum));
    case 'number':
      return fc.double({ min: minimum ?? 0, max: maximum ?? 1_000, noNaN: true });
    case 'array':
      return fc.array(arbitraryOf(items ?? {}), {
        minLength: minItems,
        maxLength: Math.min(maxItems, minItems + 2),
      });
    case 'object':
      return objectOf(schema);
    case undefined:
      return fc.jsonValue();
    default:
      throw new Error(`No values are drawn for the type ${type}.`);
  }
};
