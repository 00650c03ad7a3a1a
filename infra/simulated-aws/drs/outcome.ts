import type * as z from 'zod';
import type { DrsError } from './errors.ts';
import { validationError } from './errors.ts';
import type { Page, PageRequest } from './paging.ts';
import { pageOf } from './paging.ts';
import type { Place, SourceServer } from './source-server.ts';
import type { DrsRecord } from './state.ts';
import type { World } from './world.ts';

/** A source server that joins in another place, or one there that replicates from another machine from now on. */
export interface Reversed {
  readonly place: Place;
  readonly server: SourceServer;
}

/** What an operation answers, and what has happened by it. */
export interface Answered {
  readonly kind: 'answered';
  readonly statusCode: number;
  readonly body: object;
  readonly records: readonly DrsRecord[];
  /** A source server that appears in another account or Region by this. */
  readonly reversed?: Reversed;
}

export interface Refused {
  readonly kind: 'refused';
  readonly error: DrsError;
}

export type Outcome = Answered | Refused;

export const answered = (body: object, records: readonly DrsRecord[] = [], statusCode = 200): Answered => ({
  kind: 'answered',
  statusCode,
  body,
  records,
});

export const refused = (error: DrsError): Refused => ({ kind: 'refused', error });

export type Operation = (input: unknown, world: World) => Outcome;

/** An operation whose input is checked first; all that is wrong with it is listed at once. */
export const operation =
  <S extends z.ZodType>(schema: S, run: (input: z.output<S>, world: World) => Outcome): Operation =>
  (input, world) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return run(parsed.data, world);
    const fields = parsed.error.issues.map(({ path, message }) => ({ name: path.join('.'), message }));
    return refused(validationError(fields));
  };

/** The answer of a listing operation: one page, each item rendered. */
export const listed = <T>(
  world: World,
  all: readonly T[],
  request: PageRequest,
  keyOf: (item: T) => string,
  render: (item: T) => object,
  member = 'items',
): Outcome => {
  const page: Page<T> | DrsError = pageOf(all, keyOf, request, world.setting.scenario.pages, world.random);
  if ('statusCode' in page) return refused(page);
  const { items, ...rest } = page;
  return answered({ ...rest, [member]: items.map(render) });
};
