import { protect } from './pattern.ts';

/** The values of a request's condition keys. Names of keys have no case. */
export interface RequestContext {
  get(key: string): readonly string[] | undefined;
}

export type ContextValues = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** Later values come before earlier ones. What is undefined is absent from the request. */
export const contextOf = (...all: readonly ContextValues[]): RequestContext => {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of all.flatMap((each) => Object.entries(each)))
    if (value !== undefined)
      values.set(key.toLowerCase(), typeof value === 'object' ? value : [String(value)]);
  return { get: (key) => values.get(key.toLowerCase()) };
};

const variable = /\$\{([^}]*)\}/g;

/**
 * Puts the request's values into a pattern: `${aws:username}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for
 * the characters themselves. Undefined if a variable has no single value: then the pattern matches nothing.
 */
export const expand = (text: string, context: RequestContext): string | undefined => {
  const missing: string[] = [];
  const expanded = text.replace(variable, (_, inner: string) => {
    if (inner === '*' || inner === '?' || inner === '$') return protect(inner);
    const [, key = inner, fallback] = /^([^,]+?)\s*,\s*'(.*)'$/.exec(inner) ?? [];
    const values = context.get(key.trim());
    const value = values?.length === 1 ? values[0] : fallback;
    if (value === undefined) missing.push(key);
    return protect(value ?? '');
  });
  return missing.length === 0 ? expanded : undefined;
};
