import type { JsonObject } from './json.ts';
import { refuse } from './pattern-refusal.ts';

/** The sole member of an expression such as `{"prefix": "a"}`. */
export const soleMember = (
  expression: JsonObject,
  nothing: string,
  tooMany = 'Only one key allowed in match expression',
): readonly [string, unknown] => {
  const [member, ...more] = Object.entries(expression);
  if (member === undefined) return refuse(nothing);
  return more.length > 0 ? refuse(tooMany) : member;
};
