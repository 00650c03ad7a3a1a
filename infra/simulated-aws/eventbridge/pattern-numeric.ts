import type { Bound, Matcher } from './pattern.ts';
import { comparable } from './pattern-number.ts';
import { refuse } from './pattern-refusal.ts';

const numberOf = (value: unknown, operator: string): number =>
  typeof value === 'number' ? comparable(value) : refuse(`Value of ${operator} must be numeric`);

/** What follows `[">", 0` in a range: `"<", 100]`. */
const parseUpperBound = (rest: readonly unknown[]): Bound => {
  const [operator, value, ...more] = rest;
  if (typeof operator !== 'string') return refuse(`Bad value in numeric range: ${JSON.stringify(operator)}`);
  if (operator !== '<' && operator !== '<=') return refuse(`Bad numeric range operator: ${operator}`);
  const bound = { value: numberOf(value, operator), inclusive: operator === '<=' };
  return more.length > 0 ? refuse('Too many terms in numeric range expression') : bound;
};

/** What follows `numeric`: one comparison, or a range as two. */
export const parseNumeric = (value: unknown): Matcher => {
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
