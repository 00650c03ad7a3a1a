import { isList, memberOf } from './kinds/recognise.ts';

const readers: Readonly<Record<string, (value: unknown) => unknown>> = {
  S: (value) => value,
  N: Number,
  BOOL: (value) => value,
  NULL: () => null,
  SS: (value) => value,
  NS: (value) => (isList(value) ? value.map(Number) : value),
  L: (value) => (isList(value) ? value.map(untyped) : value),
  M: (value) => untypedMembers(value),
};

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isList(value);

const typeOf = (value: unknown): string | undefined => {
  const [type, ...others] = isPlainObject(value) ? Object.keys(value) : [];
  return type !== undefined && others.length === 0 && Object.hasOwn(readers, type) ? type : undefined;
};

const untyped = (value: unknown): unknown => {
  const type = typeOf(value);
  return type === undefined ? value : readers[type]?.(memberOf(value, type));
};

const untypedMembers = (value: unknown): unknown =>
  isPlainObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, untyped(member)]))
    : value;

const isTyped = (item: unknown): boolean =>
  isPlainObject(item) &&
  Object.keys(item).length > 0 &&
  Object.values(item).every((member) => typeOf(member) !== undefined);

/** What `aws dynamodb get-item` and `scan` print, without the types of its values; anything else stays as it is. */
export const withoutTypes = (value: unknown): unknown => {
  const item = memberOf(value, 'Item');
  const items = memberOf(value, 'Items');
  if (isTyped(item)) return untypedMembers(item);
  return isList(items) && items.length > 0 && items.every(isTyped)
    ? { Items: items.map(untypedMembers) }
    : value;
};
