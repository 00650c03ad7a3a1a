import type { Context } from 'hono';
import { Hono } from 'hono/tiny';
import { faultsOf } from '../../../contracts/faults.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import { requestIdSchema } from '../../../contracts/identifiers.ts';
import type * as z from 'zod';
import { jsonMisreadings } from '../../core/kernel/json-misreadings.ts';
import type { AccessRules } from '../../../contracts/access.ts';
import { type Bearer, bearerOf, rightsOf } from './access.ts';
import { type Caller, machineName } from './caller.ts';
import { decisionRoutes, executionRoutes } from './execution-routes.ts';
import { openApiOf } from './openapi.ts';
import { drillRoutes } from './drill-routes.ts';
import { evidenceRoutes } from './evidence-routes.ts';
import { noticeRoutes } from './notice-routes.ts';
import { planRoutes } from './plan-routes.ts';
import { problem } from './problem.ts';
import { serverRoutes } from './server-routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import { taskRoutes } from './task-routes.ts';
import { reportRoutes } from './report-routes.ts';
import type { Answer, ApiPorts, Route } from './route.ts';

export const routes: readonly Route[] = [
  ...executionRoutes,
  ...decisionRoutes,
  ...planRoutes,
  ...drillRoutes,
  ...serverRoutes,
  ...scheduleRoutes,
  ...noticeRoutes,
  ...reportRoutes,
  ...evidenceRoutes,
  ...taskRoutes,
];

export interface AppOptions {
  /** The ports for one request. */
  readonly portsOf: (context: Context) => ApiPorts;
  /** The caller; undefined when unknown. */
  readonly callerOf: (context: Context) => Caller | undefined;
  /** The deployment's access rules as they are now; undefined where it has none. Throws while they cannot be read. */
  readonly rules?: () => Promise<AccessRules | undefined>;
  /** The path under which the API stands, such as `/api`. */
  readonly base: string;
  /** Called with what the API failed at. */
  readonly onFailure: (error: unknown) => void;
}

export interface App {
  /** Answers a request; `bindings` reach the options' functions as the context's `env`. Never rejects. */
  fetch(request: Request, bindings: object): Promise<Response>;
}

/** An answer's content, and its media type where there is any. */
const contentOf = ({ body, text }: Answer): readonly [content: string | null, type?: string] => {
  if (text !== undefined) return [text.content, `${text.type}; charset=utf-8`];
  return body === undefined ? [null] : [JSON.stringify(body), 'application/json'];
};

const render = (answered: Answer): Response => {
  const { status, headers } = answered;
  const [content, type] = contentOf(answered);
  return new Response(content, {
    status,
    headers: {
      ...(type !== undefined && { 'content-type': type }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  });
};

type Read<T> = { readonly value: T } | { readonly faults: readonly Fault[] };

const read = <S extends z.ZodType>(schema: S, input: unknown, place: string): Read<z.output<S>> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return { value: parsed.data };
  const faults = faultsOf(schema, input, parsed.error);
  return {
    faults: faults.map((fault) => ({ ...fault, path: [place, fault.path].filter(Boolean).join('.') })),
  };
};

const readJson = (text: string, schema: z.ZodType, faultsInBody: Route['faultsInBody']): Read<unknown> => {
  const input: unknown = JSON.parse(text);
  const asRead = read(schema, input, '');
  const given = 'faults' in asRead && faultsInBody !== undefined ? { faults: faultsInBody(input) } : asRead;
  const misread = jsonMisreadings(text);
  if (misread.length === 0) return given;
  return { faults: [...misread, ...('faults' in given ? given.faults : [])] };
};

/** An empty body stands for an empty object, so that a decision needs none. */
const readBody = (text: string, { body: schema, faultsInBody }: Route): Read<unknown> => {
  if (schema === undefined) return { value: undefined };
  try {
    return readJson(text.trim() === '' ? '{}' : text, schema, faultsInBody);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { faults: [{ path: '', message: 'is not JSON', expected: 'a JSON document' }] };
  }
};

const readKey = ({ isIdempotent }: Route, key: string | undefined): Read<unknown> =>
  isIdempotent && key !== undefined ? read(requestIdSchema, key, 'Idempotency-Key') : { value: key };

/** Each name as it was sent, `__proto__` and the empty one too, so that none is passed over in silence. */
const queryOf = (context: Context): unknown => Object.fromEntries(new URL(context.req.url).searchParams);

const bodyMax = 256 * 1024;
const tooLarge = problem(413, `A request body may have at most ${bodyMax} characters. Nothing was done.`);

/** The same person or machine as the rules see them: a client that they call a machine never asks as a person. */
const ruled = (caller: Caller, bearer: Bearer): Caller =>
  bearer.is === 'machine' ? { ...caller, by: machineName(bearer.client).slice(0, 256) } : caller;

const answer = async (
  options: AppOptions,
  memory: object,
  route: Route,
  context: Context,
): Promise<Answer> => {
  const named = options.callerOf(context);
  if (named === undefined) return problem(401, 'The request carries no valid token.');
  const rules = await options.rules?.();
  const bearer = bearerOf(named, rules);
  const caller = ruled(named, bearer);
  if (!caller.scopes.includes(route.scope))
    return problem(
      403,
      `This needs the scope ${route.scope}; the token has ${caller.scopes.join(', ') || 'none'}.`,
    );
  const text = await context.req.text();
  if (text.length > bodyMax) return tooLarge;
  const headers = context.req.header();
  const params = read(route.params, context.req.param(), '');
  const query = read(route.query, queryOf(context), 'query');
  const body = readBody(text, route);
  const key = readKey(route, headers['idempotency-key']);
  if ('value' in params && 'value' in query && 'value' in body && 'value' in key) {
    const { by, scopes } = caller;
    const asked = { params: params.value, query: query.value, body: body.value, by, scopes, headers };
    const whole = { ...asked, base: options.base };
    const ports = options.portsOf(context);
    if (rules === undefined && bearer.is === 'person') return route.answer(ports, whole);
    // Read where rules decide, or a machine asks: what judges would cost every cold start.
    const { answerJudged } = await import('./answer-judged.ts');
    return answerJudged({ ports, rights: rightsOf(rules, bearer), memory }, route, whole);
  }
  const faults = [params, query, body, key].flatMap((part) => ('faults' in part ? part.faults : []));
  return problem(400, 'The request has faults; nothing was done.', faults);
};

/** The API as a web application. It knows neither Lambda nor the local runtime. */
export const createApp = (options: AppOptions): App => {
  const app = new Hono();
  const { base } = options;
  // One for each app: what is known of tags is kept with it.
  const memory = {};
  for (const route of routes)
    app.on(route.method, base + route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) =>
      render(await answer(options, memory, route, context)),
    );
  app.get(`${base}/openapi.json`, () => render({ status: 200, body: openApiOf(routes, options.base) }));
  app.notFound((context) => render(problem(404, `There is nothing at ${context.req.path}.`)));
  app.onError((error) => {
    options.onFailure(error);
    return render(problem(500, 'The request was not carried out, or not completely. See the log.'));
  });
  return { fetch: async (request, bindings) => app.fetch(request, bindings) };
};
