import * as z from 'zod';
import type { Operation } from '../protocols/operation.ts';
import type { WireRequest } from '../wire.ts';
import { invalidParameter, invalidValue, missingParameter } from './sqs-error.ts';

const refusalOf = ({ path, message, code, input }: z.core.$ZodIssue, whole: unknown): Error => {
  const parameter = String(path.at(-1) ?? '');
  if (code === 'invalid_type' && input === undefined && isAbsent(whole, path))
    return missingParameter(parameter);
  return invalidParameter(message);
};

/** Whether there is nothing at a place of an input. */
const isAbsent = (whole: unknown, path: readonly PropertyKey[]): boolean => {
  const found = path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    whole,
  );
  return found === undefined || found === null;
};

/** An operation whose input is checked by `schema`, with the errors that SQS has for it. */
export const sqsOperation =
  <S extends z.ZodType>(schema: S, run: (input: z.output<S>, request: WireRequest) => unknown): Operation =>
  (input, request) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data, request);
    const [issue] = parsed.error.issues;
    throw issue === undefined ? invalidParameter('The request is invalid.') : refusalOf(issue, input);
  };

/** A whole number between two others; `reason` is what SQS says of any other. */
export const bounded = (parameter: string, min: number, max: number, reason: string) =>
  z.number().superRefine((value, context) => {
    if (Number.isInteger(value) && value >= min && value <= max) return;
    context.addIssue({ code: 'custom', message: invalidValue(value, parameter, reason).message });
  });

/** A queue's URL ends in its name; the host and the account before it are of no account here. */
export const queueName = z
  .string()
  .min(1)
  .transform((url) => url.slice(url.lastIndexOf('/') + 1));
