/** Values by what refers to them: `InstanceId`, `step.Output`, `global:REGION`. */
export type Values = (name: string) => { readonly value: unknown } | undefined;

export class UnknownReference extends Error {}

const reference = /\{\{\s*([\w.:-]+)\s*\}\}/g;
const whole = /^\s*\{\{\s*([\w.:-]+)\s*\}\}\s*$/;

const found = (values: Values, name: string): unknown => {
  const known = values(name);
  if (known === undefined) throw new UnknownReference(`{{ ${name} }} refers to nothing that is known.`);
  return known.value;
};

const textOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/**
 * Text with its references replaced. One that stands alone keeps its type, so that a list stays a list; a list
 * that is the only entry of a list takes its place.
 */
export const resolved = (input: unknown, values: Values): unknown => {
  if (typeof input === 'string') {
    const name = whole.exec(input)?.[1];
    if (name !== undefined) return found(values, name);
    return input.replace(reference, (_, each: string) => textOf(found(values, each)));
  }
  if (Array.isArray(input))
    return input.flatMap((each: unknown) => {
      const value = resolved(each, values);
      return typeof each === 'string' && Array.isArray(value) ? (value as readonly unknown[]) : [value];
    });
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, each]: readonly [string, unknown]) => [name, resolved(each, values)]),
  );
};

/** The names that an input refers to, wherever in it. */
export const namesIn = (input: unknown): readonly string[] => {
  if (typeof input === 'string') return [...input.matchAll(reference)].map(([, name = '']) => name);
  if (typeof input !== 'object' || input === null) return [];
  return Object.values(input).flatMap((each: unknown) => namesIn(each));
};
