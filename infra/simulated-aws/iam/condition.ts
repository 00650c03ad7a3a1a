import { type Operator, operatorOf } from './condition-operator.ts';
import type { Condition } from './policy.ts';
import { expand, type RequestContext } from './request-context.ts';

const wantedValues = (
  { values }: Condition,
  context: RequestContext,
  hasVariables: boolean,
): readonly string[] => (hasVariables ? values.flatMap((value) => expand(value, context) ?? []) : values);

const holdsForOne = ({ isNegated, test }: Operator, wanted: readonly string[], given: string): boolean =>
  wanted.some((value) => test(value, given)) !== isNegated;

/** A key with several values needs a set operator; without one, any of them may satisfy a test, and none a negated one. */
const holdsForAll = (operator: Operator, wanted: readonly string[], given: readonly string[]): boolean => {
  const { quantifier, isNegated } = operator;
  const isUniversal = quantifier === undefined ? isNegated : quantifier === 'ForAllValues';
  return isUniversal
    ? given.every((value) => holdsForOne(operator, wanted, value))
    : given.some((value) => holdsForOne(operator, wanted, value));
};

/** What a test says of a key that the request does not have. */
const holdsWithoutValue = ({ quantifier, ifExists, isNegated }: Operator): boolean =>
  ifExists || quantifier === 'ForAllValues' || (quantifier === undefined && isNegated);

/** Whether the request satisfies one condition. Those of a statement must all hold. */
export const holds = (condition: Condition, context: RequestContext, hasVariables: boolean): boolean => {
  const operator = operatorOf(condition.operator);
  if (operator === undefined) return false;
  const given = context.get(condition.key);
  if (operator.isNull)
    return condition.values.some((value) => (value === 'true') === (given === undefined || !given.length));
  if (given === undefined || given.length === 0) return holdsWithoutValue(operator);
  return holdsForAll(operator, wantedValues(condition, context, hasVariables), given);
};
