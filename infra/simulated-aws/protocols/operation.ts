import type * as z from 'zod';
import type { WireRequest } from '../wire.ts';
import { ServiceError } from './service-error.ts';

/** One operation of a service: takes its untrusted input, answers its output or throws a ServiceError. */
export type Operation = (input: unknown, request: WireRequest) => unknown;

export type Operations = Readonly<Record<string, Operation>>;

const constraintOf = (issue: z.core.$ZodIssue): string =>
  `Value at '${issue.path.join('.')}' failed to satisfy constraint: ${issue.message}`;

/** Parses input, or throws the ValidationException that AWS answers when a value is outside the service model. */
export const parseInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(constraintOf);
  const noun = issues.length === 1 ? 'error' : 'errors';
  throw new ServiceError(
    'ValidationException',
    `${issues.length} validation ${noun} detected: ${issues.join('; ')}`,
  );
};

/** An operation whose input is checked by `schema` before `run` sees it. */
export const operation =
  <S extends z.ZodType>(schema: S, run: (input: z.output<S>, request: WireRequest) => unknown): Operation =>
  (input, request) =>
    run(parseInput(schema, input), request);
