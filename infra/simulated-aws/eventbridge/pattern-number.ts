import { refuse } from './pattern-refusal.ts';

/** EventBridge compares numbers within these bounds, with six decimals ("Numeric matching"). */
const comparableMax = 5e9;

const outOfBounds = 'Value must be between -5.0E9 and 5.0E9, inclusive';

/** A number that `numeric` can compare. */
export const comparable = (value: number): number => {
  if (Math.abs(value) > comparableMax) return refuse(outOfBounds);
  return Number(value.toFixed(6)) === value ? value : refuse('Only values upto 6 decimals are supported');
};

/** A number that equals itself alone: beyond a double's integers, several numbers are one. */
export const exact = (value: number): number =>
  Number.isInteger(value) && !Number.isSafeInteger(value) ? refuse(outOfBounds) : value;
