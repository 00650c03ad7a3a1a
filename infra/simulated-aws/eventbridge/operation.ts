import type * as z from 'zod';
import type { Operation } from '../protocols/operation.ts';
import { validated } from './constraint.ts';

/** An operation whose input is checked against `schema`, with the bounds of the service model, before `run` sees it. */
export const operation =
  <S extends z.ZodType>(schema: S, run: (input: z.output<S>) => unknown): Operation =>
  (input) =>
    run(validated(schema, input));
