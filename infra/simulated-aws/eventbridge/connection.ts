import type { NamedResource } from './named-resource.ts';
import type { JsonObject } from './json.ts';

export const authorizationTypes = ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'] as const;

/** How an API destination is authorized. Unlike AWS, which keeps the secrets apart, they lie in the journal. */
export interface Connection extends NamedResource {
  readonly authorizationType: (typeof authorizationTypes)[number];
  readonly authParameters: JsonObject;
  /** Epoch ms; since then nothing is sent with it, until it is updated. */
  readonly deauthorizedAt?: number;
}

/** How long EventBridge takes to get a first token from the authorization endpoint of a connection. */
const authorizingMs = 10_000;

export type ConnectionState = 'AUTHORIZING' | 'AUTHORIZED' | 'DEAUTHORIZED' | 'DELETING';

/** When it was last authorized: at once with what the caller gave, later where a token has to be fetched. */
export const authorizedAt = ({ authorizationType, changedAt }: Connection): number =>
  changedAt + (authorizationType === 'OAUTH_CLIENT_CREDENTIALS' ? authorizingMs : 0);

export const connectionStateAt = (connection: Connection, now: number): ConnectionState => {
  if (connection.deauthorizedAt !== undefined) return 'DEAUTHORIZED';
  return now < authorizedAt(connection) ? 'AUTHORIZING' : 'AUTHORIZED';
};
