import * as z from 'zod';
import { scopes, type Scope } from './route.ts';

/** API Gateway, payload 2.0: what a JWT authorizer found in the token. User guide: "JWT authorizers for HTTP APIs". */
const requestContextSchema = z.object({
  authorizer: z.object({
    jwt: z.object({
      claims: z.record(z.string(), z.unknown()),
      scopes: z.array(z.string()).nullish(),
    }),
  }),
});

export interface Caller {
  readonly by: string;
  readonly scopes: readonly Scope[];
}

/** A scope may be prefixed by its resource server, as in `groundswell/viewer`. Groups of the user count as scopes. */
const wordsOf = (value: unknown): readonly string[] => {
  const words = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\s,[\]]+/) : [];
  return words.map((word) => String(word).replace(/^.*\//, ''));
};

/** Who asks, by the token that the authorizer has checked; undefined when there was none. */
export const callerOf = (requestContext: unknown): Caller | undefined => {
  const parsed = requestContextSchema.safeParse(requestContext);
  if (!parsed.success) return undefined;
  const { claims, scopes: granted } = parsed.data.authorizer.jwt;
  const by = claims['sub'];
  if (typeof by !== 'string' || by === '') return undefined;
  const words = [granted, claims['scope'], claims['cognito:groups']].flatMap(wordsOf);
  return { by: by.slice(0, 256), scopes: scopes.filter((scope) => words.includes(scope)) };
};

/** Anyone who can reach a local runtime is its user. */
export const localCaller: Caller = { by: 'local', scopes };
