import { parseAddress, singleAddress } from './ip-address.ts';
import { isJsonObject, isScalar, type JsonObject, parseJson } from './json.ts';
import type { Matcher, Pattern } from './pattern.ts';
import { exact } from './pattern-number.ts';
import { parseOperator } from './pattern-operator.ts';
import { PatternTooLarge, refuse } from './pattern-refusal.ts';

type Fields = ReadonlyMap<string, readonly Matcher[]>;

const alternativesMax = 1_000;

// Field names that AWS's matcher reserves inside `$or`, so that a pattern of before `$or` keeps its meaning.
const reservedInOr = new Set(
  [
    'exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex',
    'not-wildcard not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range',
    'ip-address-in-range ip-address-not-in-range',
  ].flatMap((names) => names.split(' ')),
);

const parseLeafValue = (value: unknown): Matcher => {
  if (isJsonObject(value)) return parseOperator(value);
  if (!isScalar(value)) return refuse('Match value must be String, number, true, false, or null');
  if (typeof value === 'number') return { kind: 'equals', value: exact(value) };
  // An address matches in all its spellings, so that `::1` is `0:0:0:0:0:0:0:1`.
  const address = typeof value === 'string' ? parseAddress(value) : undefined;
  return address === undefined
    ? { kind: 'equals', value }
    : { kind: 'address', range: singleAddress(address) };
};

const parseLeaf = (values: readonly unknown[]): readonly Matcher[] =>
  values.length === 0 ? refuse('Empty arrays are not allowed') : values.map(parseLeafValue);

/** Each branch starts from all the alternatives so far, which is what multiplies them. */
const parseOr = (soFar: readonly Fields[], prefix: string, branches: unknown): readonly Fields[] => {
  if (!Array.isArray(branches)) return refuse('It must be an Array followed with $or.');
  const parsed = branches.flatMap((branch: unknown) =>
    isJsonObject(branch)
      ? parseObject(soFar, prefix, branch, true)
      : refuse('Only JSON object is allowed in array of $or relationship.'),
  );
  if (branches.length < 2) refuse('There must have at least 2 Objects in $or relationship.');
  if (parsed.length > alternativesMax)
    throw new PatternTooLarge(`Event pattern has more than ${alternativesMax} rule combinations.`);
  return parsed;
};

const parseObject = (
  soFar: readonly Fields[],
  prefix: string,
  object: JsonObject,
  insideOr: boolean,
): readonly Fields[] => {
  const members = Object.entries(object);
  if (members.length === 0) refuse('Empty objects are not allowed');
  return members.reduce<readonly Fields[]>((alternatives, [name, value]) => {
    if (name === '$or') return parseOr(alternatives, prefix, value);
    if (insideOr && reservedInOr.has(name))
      refuse(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    if (isJsonObject(value)) return parseObject(alternatives, `${prefix}${name}.`, value, insideOr);
    if (!Array.isArray(value)) return refuse(`"${name}" must be an object or an array`);
    const matchers = parseLeaf(value);
    return alternatives.map((fields) => new Map(fields).set(`${prefix}${name}`, matchers));
  }, soFar);
};

const isWildcard = (matcher: Matcher): boolean =>
  matcher.kind === 'wildcard' || (matcher.kind === 'anything-but' && matcher.of.some(isWildcard));

const valueOf = (text: string): unknown => {
  const parsed = parseJson(text);
  if (parsed !== undefined) return parsed.value;
  const token = /^\s*([\w$]+)/.exec(text)?.[1] ?? text.trim().slice(0, 1);
  return refuse(
    `Unrecognized token '${token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
  );
};

/**
 * Parses the text of an event pattern ("Comparison operators for use in event patterns", EventBridge
 * user guide; github.com/aws/event-ruler). A key with dots equals nested objects, as in AWS.
 * Throws PatternRefusal with AWS's reason, or PatternTooLarge.
 */
export const parsePattern = (text: string): Pattern => {
  const value = valueOf(text);
  if (!isJsonObject(value)) return refuse('Filter is not an object');
  const alternatives = parseObject([new Map()], '', value, false).map((fields) =>
    [...fields].map(([path, matchers]) => ({ path, matchers })),
  );
  return {
    alternatives,
    usesWildcard: alternatives.some((fields) => fields.some((field) => field.matchers.some(isWildcard))),
  };
};
