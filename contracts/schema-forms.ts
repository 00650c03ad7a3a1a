import * as z from 'zod';

type Schema = z.core.$ZodType;

export const memberOf = (value: unknown, name: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Whether the object's literal members, such as a `kind`, are those of the value. */
export const isKindOf = (schema: z.ZodObject, value: unknown): boolean =>
  Object.entries(schema.shape).every(
    ([name, member]) =>
      !(member instanceof z.ZodLiteral) || member.values.has(memberOf(value, name) as never),
  );

/** The forms that a value may have once defaults and choices are opened. */
export const formsOf = (schema: Schema): readonly Schema[] => {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault)
    return formsOf(schema.unwrap());
  return schema instanceof z.ZodUnion ? schema.options.flatMap(formsOf) : [schema];
};

/** The forms that a member of a value of this form may have: a field, an entry of a list, what stands under a name. */
export const membersOf = (schema: Schema, part: PropertyKey): readonly Schema[] => {
  if (schema instanceof z.ZodArray) return formsOf(schema.element);
  if (schema instanceof z.ZodRecord) return formsOf(schema.valueType);
  const member: Schema | undefined =
    schema instanceof z.ZodObject ? (schema.shape as Record<PropertyKey, Schema>)[part] : undefined;
  return member === undefined ? [] : formsOf(member);
};
