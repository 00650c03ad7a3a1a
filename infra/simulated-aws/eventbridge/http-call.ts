import * as z from 'zod';
import type { ApiDestination } from './api-destination.ts';
import type { Connection } from './connection.ts';
import type { HttpParameters } from './http-parameters.ts';
import { isJsonObject, parseJson } from './json.ts';

const parameters = z
  .array(z.object({ Key: z.string(), Value: z.string().default('') }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ Key, Value }) => [Key, Value])));
const httpParts = z
  .object({ HeaderParameters: parameters, QueryStringParameters: parameters, BodyParameters: parameters })
  .prefault({});

/** CreateConnection, AuthParameters: one of three ways to be let in, and what goes with every request. */
const authSchema = z.object({
  BasicAuthParameters: z.object({ Username: z.string(), Password: z.string() }).optional(),
  ApiKeyAuthParameters: z.object({ ApiKeyName: z.string(), ApiKeyValue: z.string() }).optional(),
  OAuthParameters: z
    .object({
      ClientParameters: z.object({ ClientID: z.string(), ClientSecret: z.string() }),
      AuthorizationEndpoint: z.string(),
      HttpMethod: z.enum(['GET', 'POST', 'PUT']),
      OAuthHttpParameters: httpParts,
    })
    .optional(),
  InvocationHttpParameters: httpParts,
});

/** One HTTP request, ready to be sent. */
export interface HttpCall {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const basic = (name: string, secret: string): string =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

/** Each `*` of the endpoint's path stands for the next path parameter. */
const urlOf = (
  endpoint: string,
  path: readonly string[],
  query: Readonly<Record<string, string>>,
): string => {
  const values = [...path];
  const url = new URL(endpoint.replaceAll('*', () => encodeURIComponent(values.shift() ?? '')));
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};

const bodyOf = (payload: string, added: Readonly<Record<string, string>>): string => {
  const value = parseJson(payload)?.value;
  if (Object.keys(added).length === 0 || !isJsonObject(value)) return payload;
  return JSON.stringify({ ...value, ...added });
};

/** "Headers included in requests to API destinations", EventBridge user guide. */
const fixedHeaders = {
  'user-agent': 'Amazon/EventBridge/ApiDestinations',
  'content-type': 'application/json; charset=utf-8',
  range: 'bytes=0-1048575',
};

const credentialOf = (
  { BasicAuthParameters, ApiKeyAuthParameters }: z.output<typeof authSchema>,
  token: string | undefined,
): Readonly<Record<string, string>> => {
  if (token !== undefined) return { authorization: `Bearer ${token}` };
  if (ApiKeyAuthParameters !== undefined)
    return { [ApiKeyAuthParameters.ApiKeyName]: ApiKeyAuthParameters.ApiKeyValue };
  if (BasicAuthParameters === undefined) return {};
  return { authorization: basic(BasicAuthParameters.Username, BasicAuthParameters.Password) };
};

/** The request that hands an event over. What the connection says counts before what the target says, as on AWS. */
export const eventCall = (
  destination: ApiDestination,
  connection: Connection,
  target: HttpParameters,
  payload: string,
  token?: string,
): HttpCall => {
  const auth = authSchema.parse(connection.authParameters);
  const { HeaderParameters, QueryStringParameters, BodyParameters } = auth.InvocationHttpParameters;
  const { PathParameterValues = [], HeaderParameters: headers, QueryStringParameters: query } = target;
  const method = destination.httpMethod;
  return {
    url: urlOf(destination.invocationEndpoint, PathParameterValues, { ...query, ...QueryStringParameters }),
    method,
    headers: { ...headers, ...HeaderParameters, ...credentialOf(auth, token), ...fixedHeaders },
    ...(method !== 'GET' && method !== 'HEAD' && { body: bodyOf(payload, BodyParameters) }),
  };
};

/**
 * The request for an access token of a connection with OAuth, else nothing: RFC 6749, "Client Credentials
 * Grant", with the client's password in the header. AWS does not document the form of its own.
 */
export const tokenCall = (connection: Connection): HttpCall | undefined => {
  const { OAuthParameters } = authSchema.parse(connection.authParameters);
  if (OAuthParameters === undefined) return undefined;
  const { ClientParameters, AuthorizationEndpoint, HttpMethod, OAuthHttpParameters: more } = OAuthParameters;
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...more.BodyParameters });
  return {
    url: urlOf(AuthorizationEndpoint, [], more.QueryStringParameters),
    method: HttpMethod,
    headers: {
      ...more.HeaderParameters,
      authorization: basic(ClientParameters.ClientID, ClientParameters.ClientSecret),
      'content-type': 'application/x-www-form-urlencoded',
    },
    ...(HttpMethod !== 'GET' && { body: form.toString() }),
  };
};
