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
  /** The subject of the token, or `machine:` and the client's id. */
  readonly by: string;
  readonly scopes: readonly Scope[];
  /** Of a person, as the token names them. */
  readonly groups: readonly string[];
  /** The client that the token was given to, where it says so. */
  readonly client?: string;
  /** The client got it in its own name, and no person has signed in. */
  readonly isClientsOwn: boolean;
}

/** What stands before the id of a client that asks in its own name: no person's subject may begin so. */
const machinePrefix = 'machine:';
export const machineName = (client: string): string => `${machinePrefix}${client}`;

const wordsOf = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.map(String)
    : typeof value === 'string'
      ? value.split(/[\s,[\]]+/).filter((word) => word !== '')
      : [];

/** A scope may be prefixed by its resource server, as in `groundswell/viewer`. */
const withoutServer = (word: string): string => word.replace(/^.*\//, '');

type Claims = Readonly<Record<string, unknown>>;

const textIn = (claims: Claims, name: string): string | undefined => {
  const value = claims[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** RFC 9068 says `client_id`, as Cognito and Keycloak do; OpenID Connect `azp`; Okta `cid`; Entra `appid` in its older tokens. */
const clientIn = (claims: Claims): string | undefined =>
  ['client_id', 'azp', 'cid', 'appid'].map((name) => textIn(claims, name)).find((id) => id !== undefined);

/**
 * RFC 9068, 2.2: a token by client credentials has the client for its subject. Others say so beside it: Auth0 by `gty`,
 * Entra by `idtyp`, Keycloak by the name of a service account.
 */
const isOwnOf = (claims: Claims, client: string): boolean => {
  const subject = textIn(claims, 'sub');
  return (
    subject === undefined ||
    subject === client ||
    textIn(claims, 'gty') === 'client-credentials' ||
    textIn(claims, 'idtyp') === 'app' ||
    textIn(claims, 'preferred_username') === `service-account-${client.toLowerCase()}`
  );
};

/** Who asks, by the token that the authorizer has checked; undefined when there was none, or it names nobody. */
export const callerOf = (requestContext: unknown): Caller | undefined => {
  const parsed = requestContextSchema.safeParse(requestContext);
  if (!parsed.success) return undefined;
  const { claims, scopes: granted } = parsed.data.authorizer.jwt;
  const client = clientIn(claims);
  const isClientsOwn = client !== undefined && isOwnOf(claims, client);
  const subject = textIn(claims, 'sub');
  if (!isClientsOwn && (subject === undefined || subject.startsWith(machinePrefix))) return undefined;
  const by = isClientsOwn ? machineName(client) : (subject ?? '');
  // Groups of the user count as scopes.
  const words = [granted, claims['scope'], claims['cognito:groups']].flatMap(wordsOf).map(withoutServer);
  return {
    by: by.slice(0, 256),
    scopes: scopes.filter((scope) => words.includes(scope)),
    groups: [...new Set([claims['groups'], claims['cognito:groups']].flatMap(wordsOf))],
    ...(client !== undefined && { client }),
    isClientsOwn,
  };
};

/** Anyone who can reach a local runtime is its user. */
export const localCaller: Caller = { by: 'local', scopes, groups: [], isClientsOwn: false };
