import { isInRange } from './ip-range.ts';
import { matchesArn, matchesGlob, unprotect } from './pattern.ts';

/** Whether one value of the request satisfies one value of the policy. */
type Test = (wanted: string, given: string) => boolean;

const byNumber =
  (test: (order: number) => boolean): Test =>
  (wanted, given) => {
    const order = Number(given) - Number(wanted);
    return !Number.isNaN(order) && test(order);
  };

/** ISO 8601, or epoch seconds. */
const timeOf = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text);

const byDate =
  (test: (order: number) => boolean): Test =>
  (wanted, given) => {
    const order = timeOf(given) - timeOf(wanted);
    return !Number.isNaN(order) && test(order);
  };

const equals: Test = (wanted, given) => unprotect(wanted) === given;
const equalsIgnoreCase: Test = (wanted, given) => unprotect(wanted).toLowerCase() === given.toLowerCase();

const orders = {
  Equals: (order: number) => order === 0,
  LessThan: (order: number) => order < 0,
  LessThanEquals: (order: number) => order <= 0,
  GreaterThan: (order: number) => order > 0,
  GreaterThanEquals: (order: number) => order >= 0,
} as const;

const ordered = (kind: string, by: (test: (order: number) => boolean) => Test): Record<string, Test> =>
  Object.fromEntries(Object.entries(orders).map(([name, test]) => [`${kind}${name}`, by(test)]));

/** IAM user guide: "IAM JSON policy elements: Condition operators". */
const tests: Readonly<Record<string, Test>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoreCase,
  StringLike: (wanted, given) => matchesGlob(wanted, given),
  ...ordered('Numeric', byNumber),
  ...ordered('Date', byDate),
  Bool: equalsIgnoreCase,
  BinaryEquals: equals,
  IpAddress: isInRange,
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
};

/** A negated operator holds where none of the policy's values matches, and where the request has no value. */
const negated: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

export interface Operator {
  /** How the request's several values are taken together. */
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly isNull: boolean;
  /** A key that is absent from the request satisfies it. */
  readonly ifExists: boolean;
  readonly isNegated: boolean;
  readonly test: Test;
}

const form = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Reads the name of an operator; undefined if there is none of this name. */
export const operatorOf = (name: string): Operator | undefined => {
  const [, quantifier, base = '', ifExists] = form.exec(name) ?? [];
  const isNull = base === 'Null' && ifExists === undefined;
  const positive = Object.hasOwn(negated, base) ? negated[base] : base;
  const test = isNull ? equals : Object.hasOwn(tests, positive ?? '') ? tests[positive ?? ''] : undefined;
  if (test === undefined) return undefined;
  return {
    quantifier: quantifier as Operator['quantifier'],
    isNull,
    ifExists: ifExists !== undefined,
    isNegated: positive !== base,
    test,
  };
};

export const isOperator = (name: string): boolean => operatorOf(name) !== undefined;
