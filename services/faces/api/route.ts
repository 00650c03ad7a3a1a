import type * as z from 'zod';
import type { Permission } from '../../../contracts/access.ts';
import type { PlanTags } from '../../../contracts/plan-tags.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { PreparePorts } from '../../core/readiness/prepare.ts';
import type { Requests } from '../../core/ports/requests.ts';

/** What a caller may do: look; start and decide; approve; change plans. */
export const scopes = ['viewer', 'operator', 'approver', 'planner'] as const;
export type Scope = (typeof scopes)[number];

/**
 * What a request is about, and what a caller has to be permitted there; each route says so. A route on one thing is
 * answered once the caller may see it and do this; one that looks at many gets a store in which nothing else stands.
 */
export type Need =
  | { readonly on: 'many' }
  | { readonly on: 'caller' }
  /** The execution, plan, schedule or task that the path names. */
  | { readonly on: 'execution' | 'schedule' | 'task'; readonly may: readonly Permission[] }
  /** What looks at other versions and executions of the plan, too, gets a store in which hidden ones do not stand. */
  | { readonly on: 'plan'; readonly may: readonly Permission[]; readonly alsoMany?: true }
  /** The plan that the body names, or what the body would make of a plan or schedule. */
  | { readonly on: 'order' | 'new-version' | 'new-schedule'; readonly may: readonly Permission[] };

export interface ApiPorts extends PreparePorts {
  readonly requests: Requests;
  /** A new id for a request or a decision that came without one. */
  readonly newId: () => string;
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether the store leaves out what the caller may not see. Default: it does not. */
  readonly isNarrowed?: boolean;
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
  /** What the deployment's rules let the caller do with some plan; absent where there are none. */
  readonly somewhere?: readonly Permission[] | undefined;
  /** What they let the caller do with what the route is about. */
  readonly may?: readonly Permission[] | undefined;
  /** What they let the caller do with a plan of these tags. */
  readonly mayWith?: (tags: PlanTags) => readonly Permission[];
  /** The version of the plan that was judged, 0 for none: another one may not take its place. */
  readonly judgedVersion?: number | undefined;
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
  readonly needs: Need;
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
  readonly needs: Need;
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
