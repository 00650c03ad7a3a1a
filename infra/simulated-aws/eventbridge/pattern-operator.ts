import { parseCidr } from './ip-address.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import type { Matcher } from './pattern.ts';
import { parseAnythingBut } from './pattern-anything-but.ts';
import { parseNumeric } from './pattern-numeric.ts';
import { refuse } from './pattern-refusal.ts';
import { soleMember } from './sole-member.ts';
import { parseWildcard } from './wildcard.ts';

const textOf = (value: unknown, operator: string): string =>
  typeof value === 'string' ? value : refuse(`${operator} match pattern must be a string`);

const parseAffix = (kind: 'prefix' | 'suffix', value: unknown): Matcher => {
  if (!isJsonObject(value)) return { kind, text: textOf(value, kind), ignoreCase: false };
  const noun = kind === 'prefix' ? 'Prefix' : 'Suffix';
  const [operator, text] = soleMember(value, `${noun} expression name not found`);
  if (operator !== 'equals-ignore-case') refuse(`Unsupported ${kind} pattern: ${operator}`);
  return { kind, text: textOf(text, 'equals-ignore-case'), ignoreCase: true };
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
