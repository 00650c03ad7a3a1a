import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';

const isHere = (url: string): boolean => new URL(url).hostname === '127.0.0.1';

/** Who signs the tokens of the local API, as a deployment's settings `api` and `console` say it. */
export const signInSchema = z.strictObject({
  issuer: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https:') || isHere(url), 'https, or http://127.0.0.1')
    .describe('Who signs the tokens, as an OpenID provider names itself.'),
  audience: z.array(z.string().min(1)).min(1).max(10).describe('The audience of the tokens.'),
  console: z
    .strictObject({
      clientId: z.string().min(1).max(256).describe('The OpenID client: public, with PKCE.'),
      scopes: z
        .array(z.string().regex(/^[\w.:/-]+$/, 'a scope without spaces'))
        .max(20)
        .default([]),
    })
    .optional()
    .describe('By which client readers of the console sign in. Default: the console cannot be read.'),
});
export type SignInOptions = z.output<typeof signInSchema>;

const headerSchema = z.object({ alg: z.enum(['RS256', 'RS384', 'RS512']), kid: z.string() });
const claimsSchema = z.looseObject({
  iss: z.string(),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  client_id: z.string().optional(),
});
const discoverySchema = z.object({ jwks_uri: z.url() });
const keysSchema = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })),
});

const digests = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' } as const;
const patienceMs = 5_000;
const keptMs = 300_000;

const fetchJson = async (url: string): Promise<unknown> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
};

/** The issuer's keys by their names; asked again for one that is not known, as after a change of keys. */
const createKeys = (issuer: string, now: () => number) => {
  let known = new Map<string, KeyObject>();
  let readAt = Number.NEGATIVE_INFINITY;
  const read = async (): Promise<void> => {
    const place = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const { jwks_uri: address } = discoverySchema.parse(await fetchJson(place));
    const { keys } = keysSchema.parse(await fetchJson(address));
    known = new Map(
      keys
        .filter(({ kty, kid }) => kty === 'RSA' && kid !== undefined)
        .map((key) => [key.kid ?? '', createPublicKey({ key: key as JsonWebKey, format: 'jwk' })]),
    );
    readAt = now();
  };
  return async (kid: string): Promise<KeyObject | undefined> => {
    const isOld = now() - readAt > keptMs;
    // An unknown name makes the issuer be asked, but not by every token that somebody makes up.
    if (isOld || (!known.has(kid) && now() - readAt > patienceMs)) await read();
    return known.get(kid);
  };
};

/** Undefined for what is no JSON. */
const jsonIn = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

/** API Gateway hands claims over as texts, a list in brackets. */
const asText = (claim: unknown): string =>
  Array.isArray(claim)
    ? `[${claim.map(asText).join(' ')}]`
    : typeof claim === 'string'
      ? claim
      : JSON.stringify(claim);

export interface CheckedToken {
  readonly claims: Readonly<Record<string, string>>;
  readonly scopes: readonly string[] | null;
}

/**
 * What API Gateway's JWT authorizer finds in a token: signature by a key of the issuer, issuer, audience (`aud`, or
 * `client_id` where there is none), and times. User guide: "Control access to HTTP APIs with JWT authorizers". Undefined
 * for every other token; throws when the issuer cannot be asked for its keys.
 */
export const createTokenCheck = ({ issuer, audience }: SignInOptions, now: () => number = Date.now) => {
  const keyNamed = createKeys(issuer, now);

  const isInForce = ({
    iss,
    exp,
    nbf,
    iat,
    aud,
    client_id: client,
  }: z.output<typeof claimsSchema>): boolean => {
    const seconds = now() / 1_000;
    const named = aud === undefined ? [client] : [aud].flat();
    return (
      iss === issuer &&
      exp > seconds &&
      (nbf === undefined || nbf <= seconds) &&
      (iat === undefined || iat <= seconds + 1) &&
      named.some((each) => each !== undefined && audience.includes(each))
    );
  };

  return async (authorization: string | undefined): Promise<CheckedToken | undefined> => {
    const token = (authorization ?? '').replace(/^Bearer /i, '');
    const [head = '', body = '', signature = '', ...more] = token.split('.');
    if (signature === '' || more.length > 0) return undefined;
    const header = headerSchema.safeParse(jsonIn(head));
    const claims = claimsSchema.safeParse(jsonIn(body));
    if (!header.success || !claims.success || !isInForce(claims.data)) return undefined;
    const { alg, kid } = header.data;
    const key = await keyNamed(kid);
    const signed = Buffer.from(`${head}.${body}`);
    if (key === undefined || !verify(digests[alg], signed, key, Buffer.from(signature, 'base64url')))
      return undefined;
    const scope = claims.data['scope'] ?? claims.data['scp'];
    return {
      claims: Object.fromEntries(Object.entries(claims.data).map(([name, value]) => [name, asText(value)])),
      scopes: typeof scope === 'string' ? scope.split(' ') : null,
    };
  };
};
