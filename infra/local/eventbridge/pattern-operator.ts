import { parseCidr } from './ip-address.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { Bound, Matcher } from './pattern.ts';
import { PatternRefusal } from './pattern-refusal.ts';
import { parseWildcard } from './wildcard.ts';

const refuse = (reason: string): never => {
  throw new PatternRefusal(reason);
};

const textOf = (value: unknown, operator: string): string =>
  typeof value === 'string' ? value : refuse(`${operator} match pattern must be a string`);

/** The sole member of an expression such as `{"prefix": "a"}`. */
const soleMember = (
  expression: JsonObject,
  nothing: string,
  tooMany = 'Only one key allowed in match expression',
): readonly [string, unknown] => {
  const [member, ...more] = Object.entries(expression);
  if (member === undefined) return refuse(nothing);
  return more.length > 0 ? refuse(tooMany) : member;
};

const parseAffix = (kind: 'prefix' | 'suffix', value: unknown): Matcher => {
  if (!isJsonObject(value)) return { kind, text: textOf(value, kind), ignoreCase: false };
  const noun = kind === 'prefix' ? 'Prefix' : 'Suffix';
  const [operator, text] = soleMember(value, `${noun} expression name not found`);
  if (operator !== 'equals-ignore-case') refuse(`Unsupported ${kind} pattern: ${operator}`);
  return { kind, text: textOf(text, 'equals-ignore-case'), ignoreCase: true };
};

const numberOf = (value: unknown, operator: string): number =>
  typeof value === 'number' ? value : refuse(`Value of ${operator} must be numeric`);

/** What follows `[">", 0` in a range: `"<", 100]`. */
const parseUpperBound = (rest: readonly unknown[]): Bound => {
  const [operator, value, ...more] = rest;
  if (typeof operator !== 'string') return refuse(`Bad value in numeric range: ${JSON.stringify(operator)}`);
  if (operator !== '<' && operator !== '<=') return refuse(`Bad numeric range operator: ${operator}`);
  const bound = { value: numberOf(value, operator), inclusive: operator === '<=' };
  return more.length > 0 ? refuse('Too many terms in numeric range expression') : bound;
};

const parseNumeric = (value: unknown): Matcher => {
  if (!Array.isArray(value)) return refuse('Value of numeric must be an array.');
  const terms: readonly unknown[] = value;
  const [operator, operand, ...rest] = terms;
  if (typeof operator !== 'string')
    return refuse(`Invalid member in numeric match: ${terms.length === 0 ? ']' : JSON.stringify(operator)}`);
  if (!['=', '<', '<=', '>', '>='].includes(operator))
    return refuse(`Unrecognized numeric range operator: ${operator}`);
  const bound: Bound = {
    value: numberOf(operand, operator === '=' ? 'equals' : operator),
    inclusive: operator.endsWith('='),
  };
  if (operator.startsWith('>')) {
    if (rest.length === 0) return { kind: 'numeric', low: bound };
    const high = parseUpperBound(rest);
    return bound.value < high.value
      ? { kind: 'numeric', low: bound, high }
      : refuse('Bottom must be less than top');
  }
  if (rest.length > 0) refuse('Too many elements in numeric expression');
  return operator === '=' ? { kind: 'numeric', low: bound, high: bound } : { kind: 'numeric', high: bound };
};

const parseExcludedValues = (values: readonly unknown[]): readonly Matcher[] => {
  const scalars = values.map((value) =>
    typeof value === 'string' || typeof value === 'number'
      ? value
      : refuse('Inside anything but list, start|null|boolean is not supported.'),
  );
  if (new Set(scalars.map((scalar) => typeof scalar)).size !== 1)
    refuse('Inside anything but list, either all values are number or string, mixed type is not supported');
  return scalars.map((value) => ({ kind: 'equals', value }));
};

/** The operators that `anything-but` can turn round, and what each says of a value that is no string. */
const excludable: Readonly<Record<string, { readonly notText: string; parse(text: string): Matcher }>> = {
  prefix: {
    notText: 'prefix/suffix match pattern must be a string',
    parse: (text) => ({
      kind: 'prefix',
      text: text || refuse('Null prefix/suffix not allowed'),
      ignoreCase: false,
    }),
  },
  suffix: {
    notText: 'prefix/suffix match pattern must be a string',
    parse: (text) => ({
      kind: 'suffix',
      text: text || refuse('Null prefix/suffix not allowed'),
      ignoreCase: false,
    }),
  },
  'equals-ignore-case': {
    notText: 'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    parse: (text) => ({ kind: 'equals-ignore-case', text }),
  },
  wildcard: {
    notText: 'wildcard match pattern must be a string',
    parse: (text) => ({ kind: 'wildcard', wildcard: parseWildcard(text) }),
  },
};

const listOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' || typeof value === 'number'
    ? [value]
    : refuse('Value of anything-but must be an array or single string/number value.');
};

const parseAnythingBut = (value: unknown): Matcher => {
  if (!isJsonObject(value)) return { kind: 'anything-but', of: parseExcludedValues(listOf(value)) };
  const [operator, operand] = soleMember(
    value,
    'Anything-But expression name not found',
    'Too many elements in numeric expression',
  );
  const excluded = Object.hasOwn(excludable, operator) ? excludable[operator] : undefined;
  if (excluded === undefined) return refuse(`Unsupported anything-but pattern: ${operator}`);
  const texts = listOf(operand).map((text) => (typeof text === 'string' ? text : refuse(excluded.notText)));
  return { kind: 'anything-but', of: texts.map((text) => excluded.parse(text)) };
};

const parseExists = (value: unknown): Matcher =>
  typeof value === 'boolean'
    ? { kind: 'exists', present: value }
    : refuse('exists match pattern must be either true or false.');

/** Parses an operator expression of a leaf, such as `{"prefix": "a"}`; the texts of refusals are AWS's. */
export const parseOperator = (expression: JsonObject): Matcher => {
  const [name] = Object.keys(expression);
  const tooMany =
    name === 'numeric' || name === 'anything-but' ? 'Too many elements in numeric expression' : undefined;
  const [operator, value] = soleMember(expression, 'Match expression name not found', tooMany);
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return parseAffix(operator, value);
    case 'equals-ignore-case':
      return { kind: operator, text: textOf(value, operator) };
    case 'wildcard':
      return { kind: operator, wildcard: parseWildcard(textOf(value, operator)) };
    case 'numeric':
      return parseNumeric(value);
    case 'anything-but':
      return parseAnythingBut(value);
    case 'exists':
      return parseExists(value);
    case 'cidr':
      // AWS itself says "prefix" of a CIDR block that is not a string.
      return { kind: 'address', range: parseCidr(textOf(value, 'prefix')) };
    default:
      return refuse(`Unrecognized match type ${operator}`);
  }
};
