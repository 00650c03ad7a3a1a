import type * as z from 'zod';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { PreparePorts } from '../../core/readiness/prepare.ts';
import type { Requests } from '../../core/ports/requests.ts';

/** What a caller may do: look; start and decide; approve; change plans. */
export const scopes = ['viewer', 'operator', 'approver', 'planner'] as const;
export type Scope = (typeof scopes)[number];

export interface ApiPorts extends PreparePorts {
  readonly requests: Requests;
  /** A new id for a request or a decision that came without one. */
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A request whose parts have been read by the route's schemas. */
export interface Asked<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who asks: the subject of the token. */
  readonly by: string;
  readonly scopes: readonly Scope[];
  /** Where the API stands, without a slash at its end. */
  readonly base: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is answered as JSON. */
  readonly body?: unknown;
  /** What is answered as it is, of this media type. Neither this nor a body: an empty answer. */
  readonly text?: { readonly type: string; readonly content: string };
}

export interface Route {
  readonly method: 'get' | 'post' | 'put';
  /** With `{name}` for each parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body?: z.ZodType;
  /** Everything that is wrong with a body that its schema refuses. Default: what the schema says. */
  readonly faultsInBody?: (body: unknown) => readonly Fault[];
  /** Whether the `Idempotency-Key` header is honoured. */
  readonly isIdempotent: boolean;
  /** Whether `ETag` and `If-None-Match` are. */
  readonly isConditional: boolean;
  readonly success: {
    readonly status: number;
    readonly description: string;
    /** Other media types in which the same is answered. */
    readonly texts?: readonly string[];
  };
  /** Statuses of the problems that it may answer with, beside 400, 401, 403, 413 and 500. */
  readonly problems: readonly number[];
  readonly answer: (ports: ApiPorts, asked: Asked) => Promise<Answer>;
}

interface RouteDefinition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly method: Route['method'];
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly scope: Scope;
  readonly params: P;
  readonly query: Q;
  readonly body?: B;
  readonly faultsInBody?: NonNullable<Route['faultsInBody']>;
  readonly isIdempotent?: boolean;
  readonly isConditional?: boolean;
  readonly success: Route['success'];
  readonly problems?: readonly number[];
  readonly answer: (ports: ApiPorts, asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Answer>;
}

/** A route whose answer is typed by the same schemas that read its requests. */
export const defineRoute = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  definition: RouteDefinition<P, Q, B>,
): Route => ({
  isIdempotent: false,
  isConditional: false,
  problems: [],
  ...definition,
  // The app hands over only what these very schemas have read.
  answer: definition.answer as Route['answer'],
});
