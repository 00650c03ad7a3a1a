import * as oauth from 'oauth4webapi';
import type { Machine } from './api-access.ts';

const patienceMs = 15_000;
/** For an issuer that does not say how long its tokens live. */
const lifetimeSeconds = 300;
/** A token that has less left than this could expire on its way. */
const marginMs = 30_000;

/** The issuer has given no token. What it said is told; the secret never. */
export class NoTokenError extends Error {
  constructor(issuer: string, why: string) {
    super(`The issuer ${issuer} gives no token: ${why}.`);
    this.name = 'NoTokenError';
  }
}

const whyOf = (error: unknown): string => {
  if (error instanceof oauth.ResponseBodyError)
    return error.error_description === undefined ? error.error : `${error.error}, ${error.error_description}`;
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
};

/** OpenID Connect Discovery: without a word of the issuer, the secret goes into the Authorization header. */
const authOf = (server: oauth.AuthorizationServer, secret: string): oauth.ClientAuth => {
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic') || !methods.includes('client_secret_post')
    ? oauth.ClientSecretBasic(secret)
    : oauth.ClientSecretPost(secret);
};

const grant = async ({ issuer, clientId, secret, scope, audience }: Machine) => {
  const at = new URL(issuer);
  const options = {
    // Without TLS on this machine alone: the library marks the switch as deprecated so that it is not overlooked.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    [oauth.allowInsecureRequests]: at.hostname === '127.0.0.1',
    signal: () => AbortSignal.timeout(patienceMs),
  };
  const server = await oauth.processDiscoveryResponse(at, await oauth.discoveryRequest(at, options));
  const client: oauth.Client = { client_id: clientId };
  const asked = { ...(scope !== undefined && { scope }), ...(audience !== undefined && { audience }) };
  const auth = authOf(server, secret);
  const response = await oauth.clientCredentialsGrantRequest(server, client, auth, asked, options);
  return oauth.processClientCredentialsResponse(server, client, response);
};

/**
 * The tokens of a machine, by the issuer's client credentials (RFC 6749, 4.4): one is used until it is about to end. It is
 * kept in memory alone. Throws a NoTokenError when the issuer gives none.
 */
export const createMachineTokens = (machine: Machine, now: () => number = Date.now) => {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (): Promise<string> => {
    if (kept !== undefined && kept.until > now()) return kept.token;
    try {
      const given = await grant(machine);
      const until = now() + (given.expires_in ?? lifetimeSeconds) * 1_000 - marginMs;
      kept = { token: given.access_token, until };
      return kept.token;
    } catch (error) {
      throw new NoTokenError(machine.issuer, whyOf(error));
    }
  };
};
