import * as oauth from 'oauth4webapi';

/** Who lets readers in. It comes from the deployment: the local runtime has none. */
export interface SignInSettings {
  /** As an OpenID provider names itself. */
  readonly issuer: string;
  readonly clientId: string;
  /** Separated by spaces. */
  readonly scope: string;
}

/** What a sign-in gives. It is kept in memory alone, and gone with the page. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** What must be the same when the browser comes back from the issuer. */
export interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Where in the page the reader was. */
  readonly hash: string;
}

export const begin = (hash: string): Begun => ({
  verifier: oauth.generateRandomCodeVerifier(),
  state: oauth.generateRandomState(),
  nonce: oauth.generateRandomNonce(),
  hash,
});

/** For an issuer that does not say how long its tokens live. */
const lifetimeSeconds = 300;
const patienceMs = 15_000;

const tokensOf = (given: oauth.TokenEndpointResponse, refresh?: string): Tokens => ({
  access: given.access_token,
  refresh: given.refresh_token ?? refresh,
  expiresAt: Date.now() + (given.expires_in ?? lifetimeSeconds) * 1_000,
});

const addressWith = (endpoint: string | undefined, parameters: Readonly<Record<string, string>>): URL => {
  if (endpoint === undefined) throw new Error('The issuer has no sign-in page.');
  const address = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address;
};

/**
 * The issuer, asked with the authorization-code flow and PKCE: RFC 6749, 7636, 9207 and OpenID Connect Core. The page
 * is a public client and holds no secret.
 */
export const findIssuer = async ({ issuer, clientId, scope }: SignInSettings, home: string) => {
  const at = new URL(issuer);
  const options = {
    // Without TLS on this machine alone: the library marks the switch as deprecated so that it is not overlooked.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    [oauth.allowInsecureRequests]: at.hostname === '127.0.0.1',
    signal: () => AbortSignal.timeout(patienceMs),
  };
  const found = await oauth.discoveryRequest(at, options);
  const server = await oauth.processDiscoveryResponse(at, found);
  const client: oauth.Client = { client_id: clientId };
  const none = oauth.None();

  return {
    /** Where the reader signs in. */
    signInAddress: async ({ verifier, state, nonce }: Begun): Promise<URL> =>
      addressWith(server.authorization_endpoint, {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: home,
        ...{ scope, state, nonce },
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),

    /** Changes the issuer's answer for tokens. Throws when it is no answer to what was begun here. */
    async exchange(answer: URL, { state, verifier, nonce }: Begun): Promise<Tokens> {
      const code = oauth.validateAuthResponse(server, client, answer, state);
      const asked = [server, client, none, code, home, verifier, options] as const;
      const response = await oauth.authorizationCodeGrantRequest(...asked);
      const checks = { expectedNonce: nonce, requireIdToken: true };
      return tokensOf(await oauth.processAuthorizationCodeResponse(server, client, response, checks));
    },

    /** New tokens; undefined when the issuer gives none any more. Throws when it does not answer. */
    async renew(refresh: string): Promise<Tokens | undefined> {
      try {
        const response = await oauth.refreshTokenGrantRequest(server, client, none, refresh, options);
        return tokensOf(await oauth.processRefreshTokenResponse(server, client, response), refresh);
      } catch (error) {
        if (error instanceof oauth.ResponseBodyError && error.status < 500) return undefined;
        throw error;
      }
    },

    /** Takes the right to new tokens back. A token that cannot be taken back now ends by itself. */
    async revoke(refresh: string): Promise<void> {
      if (server.revocation_endpoint === undefined) return;
      await oauth.revocationRequest(server, client, none, refresh, options).catch(() => undefined);
    },

    /**
     * Where the reader signs out of the issuer, if it has such a page. It is told the client and no token, since
     * addresses are written into logs. Cognito calls the way back by a name of its own.
     */
    signOutAddress: (): URL | undefined =>
      server.end_session_endpoint === undefined
        ? undefined
        : addressWith(server.end_session_endpoint, {
            client_id: clientId,
            post_logout_redirect_uri: home,
            logout_uri: home,
          }),
  };
};

export type Issuer = Awaited<ReturnType<typeof findIssuer>>;

/** What the reader is told about a sign-in that failed: the issuer's own words, where it has some. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof oauth.AuthorizationResponseError)
    return `The issuer did not sign you in: ${error.error_description ?? error.error}`;
  return error instanceof Error ? `The sign-in failed: ${error.message}` : String(error);
};
