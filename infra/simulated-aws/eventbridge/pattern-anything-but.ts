import { isJsonObject } from './json.ts';
import type { Matcher } from './pattern.ts';
import { exact } from './pattern-number.ts';
import { refuse } from './pattern-refusal.ts';
import { soleMember } from './sole-member.ts';
import { parseWildcard } from './wildcard.ts';

const parseExcludedValues = (values: readonly unknown[]): readonly Matcher[] => {
  const scalars = values.map((value) =>
    typeof value === 'string'
      ? value
      : typeof value === 'number'
        ? exact(value)
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

/** What follows `anything-but`: a value, a list, or one of the other operators. */
export const parseAnythingBut = (value: unknown): Matcher => {
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
