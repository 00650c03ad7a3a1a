export const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

export const hasLists =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    names.every((name) => isList(memberOf(value, name)));

export const hasAny = (value: unknown, ...names: readonly string[]): boolean =>
  names.some((name) => memberOf(value, name) !== undefined);

/** One such value, or a list of nothing else. */
export const oneOrMore =
  (isIt: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isList(value) ? value.length > 0 && value.every(isIt) : isIt(value);
