import { Document, isMap, isScalar, isSeq, Scalar, visit } from 'yaml';
import * as z from 'zod';
import { type Plan, planSchema } from '../../../../../contracts/plan.ts';
import { visibleLines } from '../../../../../contracts/visible-text.ts';

/** A value without the fields that say what would hold without them. */
const withoutDefaults = (schema: z.core.$ZodType, value: unknown): unknown => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return withoutDefaults(schema.unwrap(), value);
  if (schema instanceof z.ZodUnion) {
    const form = schema.options.find((option) => z.safeParse(option, value).success);
    return form === undefined ? value : withoutDefaults(form, value);
  }
  if (Array.isArray(value))
    return schema instanceof z.ZodArray
      ? value.map((each: unknown) => withoutDefaults(schema.element, each))
      : value;
  if (typeof value !== 'object' || value === null) return value;
  if (schema instanceof z.ZodRecord)
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, withoutDefaults(schema.valueType, each)]),
    );
  if (!(schema instanceof z.ZodObject)) return value;
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  // In the order in which the schema names them, as the samples are written.
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, member]) => {
      if (!Object.hasOwn(value, name)) return [];
      const each: unknown = Reflect.get(value, name);
      const isDefault =
        member instanceof z.ZodDefault && JSON.stringify(member.def.defaultValue) === JSON.stringify(each);
      return isDefault ? [] : [[name, withoutDefaults(member, each)]];
    }),
  );
};

/** How long a list or an object may be to stand in one line. */
const lineMax = 90;

const isShort = (node: unknown): boolean =>
  (isMap(node) || isSeq(node)) &&
  JSON.stringify(node.toJSON()).length <= lineMax &&
  (isMap(node)
    ? node.items.every(({ value }) => !isSeq(value) || value.items.every(isScalar))
    : node.items.every(isScalar));

const isOfOneLine = new Set([
  'servers',
  'dependsOn',
  'success',
  'cleanUp',
  'parameters',
  'drillsInto',
  'pointInTime',
]);

/** Any document in YAML, with what is short in one line. */
export const asYaml = (value: unknown): string => {
  const document = new Document(value);
  visit(document, {
    Scalar: (_key, node) => {
      // What is not seen is written out, which only quotes allow.
      if (typeof node.value === 'string' && visibleLines(node.value) !== node.value)
        node.type = Scalar.QUOTE_DOUBLE;
    },
    Pair: (_key, { key, value: held }) => {
      if (!isScalar(key) || !isOfOneLine.has(String(key.value))) return;
      if ((isMap(held) || isSeq(held)) && isShort(held)) held.flow = true;
    },
  });
  return visibleLines(document.toString({ lineWidth: 0 }));
};

/** The same as JSON, which has no comments. */
export const asJson = (value: unknown): string => `${visibleLines(JSON.stringify(value, null, 2))}\n`;

/** A stored plan without what would hold anyway; as it is where that would change what it says. */
export const briefOf = (stored: Plan): unknown => {
  const brief = withoutDefaults(planSchema, stored);
  const [whole, again] = [planSchema.safeParse(stored), planSchema.safeParse(brief)];
  const isFaithful =
    whole.success && again.success && JSON.stringify(whole.data) === JSON.stringify(again.data);
  return isFaithful ? brief : stored;
};

/** A stored plan as somebody would write it. */
export const planText = (stored: Plan): string => asYaml(briefOf(stored));
