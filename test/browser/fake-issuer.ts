import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SignedTokens } from '../support/signed-tokens.ts';

/** An OpenID provider on this machine that lets everybody in, and checks what a real one checks of a client. */
export interface FakeIssuer {
  readonly address: string;
  readonly clientId: string;
  /** Clients that get tokens in their own name, with their secrets. */
  readonly machines: Map<string, string>;
  /** Who signs in, as their tokens say it; where tokens are signed. */
  person: { readonly sub: string; readonly groups: readonly string[] };
  /** What happens at the next sign-in. */
  next: { state?: string; nonce?: string; error?: string; isRenewable?: boolean; expiresInSeconds: number };
  /** The access tokens given so far. */
  readonly given: string[];
  /** How often it renewed a token, and how often it was asked with a refresh token that is none any more. */
  readonly renewals: { granted: number; refused: number };
  /** The addresses that it was asked for. */
  readonly asked: string[];
  close(): void;
}

const everyScope = 'viewer operator approver planner';

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
  readonly redirectUri: string;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const bodyOf = async (incoming: IncomingMessage): Promise<URLSearchParams> => {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  return new URLSearchParams(body);
};

const isProof = (verifier: string, { challenge }: Grant): boolean =>
  createHash('sha256').update(verifier).digest('base64url') === challenge;

/** With keys its access tokens are signed, and say who has them; without, they are words that nobody can read. */
export const openFakeIssuer = async (keys?: SignedTokens): Promise<FakeIssuer> => {
  const grants = new Map<string, Grant>();
  const answer = (outgoing: ServerResponse, status: number, body: object): void => {
    const headers = { 'content-type': 'application/json', 'access-control-allow-origin': '*' };
    outgoing.writeHead(status, headers).end(JSON.stringify(body));
  };

  const authorize = (outgoing: ServerResponse, asked: URLSearchParams): void => {
    const redirectUri = asked.get('redirect_uri') ?? '';
    const to = new URL(redirectUri);
    const { state, nonce, error } = issuer.next;
    to.searchParams.set('state', state ?? asked.get('state') ?? '');
    const code = randomUUID();
    if (error === undefined) to.searchParams.set('code', code);
    else to.searchParams.set('error', error);
    if (asked.get('code_challenge_method') === 'S256')
      grants.set(code, {
        challenge: asked.get('code_challenge') ?? '',
        nonce: nonce ?? asked.get('nonce') ?? '',
        redirectUri,
      });
    outgoing.writeHead(302, { location: to.href }).end();
  };

  /** Each refresh token is good for one use, as the best current practice for browsers asks (RFC 9700). */
  let refreshToken: string | undefined;
  const accessToken = (claims: object): string => {
    if (keys === undefined) return `token-${issuer.given.length + 1}`;
    const seconds = Math.floor(Date.now() / 1_000);
    const times = { iat: seconds, exp: seconds + issuer.next.expiresInSeconds };
    return keys.token({ iss: issuer.address, aud: 'groundswell', ...times, ...claims });
  };
  const tokens = (): object => {
    const access = accessToken({ ...issuer.person, scope: everyScope, client_id: issuer.clientId });
    issuer.given.push(access);
    refreshToken = issuer.next.isRenewable === true ? randomUUID() : undefined;
    return {
      access_token: access,
      token_type: 'Bearer',
      expires_in: issuer.next.expiresInSeconds,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    };
  };

  const renew = (outgoing: ServerResponse, asked: URLSearchParams): void => {
    const isGood = refreshToken !== undefined && asked.get('refresh_token') === refreshToken;
    issuer.renewals[isGood ? 'granted' : 'refused'] += 1;
    if (isGood) answer(outgoing, 200, tokens());
    else answer(outgoing, 400, { error: 'invalid_grant' });
  };

  /** RFC 6749, 4.4, with the secret in the Authorization header, or else in the body. */
  const grantMachine = (outgoing: ServerResponse, asked: URLSearchParams, authorization = ''): void => {
    const [name = '', password = ''] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
      .toString('utf8')
      .split(':')
      .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
    const client = name || (asked.get('client_id') ?? '');
    const secret = password || (asked.get('client_secret') ?? '');
    if (secret === '' || issuer.machines.get(client) !== secret) {
      answer(outgoing, 401, { error: 'invalid_client', error_description: 'no such client' });
      return;
    }
    const access = accessToken({ sub: client, client_id: client, scope: asked.get('scope') ?? everyScope });
    issuer.given.push(access);
    const expires_in = issuer.next.expiresInSeconds;
    answer(outgoing, 200, { access_token: access, token_type: 'Bearer', expires_in });
  };

  const grant = (outgoing: ServerResponse, asked: URLSearchParams): void => {
    const granted = grants.get(asked.get('code') ?? '');
    grants.delete(asked.get('code') ?? '');
    const isTheirs =
      granted !== undefined &&
      asked.get('redirect_uri') === granted.redirectUri &&
      isProof(asked.get('code_verifier') ?? '', granted);
    if (!isTheirs) {
      answer(outgoing, 400, { error: 'invalid_grant' });
      return;
    }
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer.address,
      sub: issuer.person.sub,
      aud: issuer.clientId,
      nonce: granted.nonce,
    };
    // The page reads it over its own connection to the issuer, which is what OpenID lets it rely on.
    const idToken = `${encode({ alg: 'RS256' })}.${encode({ ...claims, iat: seconds, exp: seconds + 60 })}.c2ln`;
    answer(outgoing, 200, { ...tokens(), id_token: idToken });
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', issuer.address);
    issuer.asked.push(url.pathname + url.search);
    if (url.pathname === '/.well-known/openid-configuration')
      answer(outgoing, 200, {
        issuer: issuer.address,
        authorization_endpoint: `${issuer.address}/authorize`,
        token_endpoint: `${issuer.address}/token`,
        end_session_endpoint: `${issuer.address}/logout`,
        jwks_uri: `${issuer.address}/jwks`,
      });
    else if (url.pathname === '/authorize') authorize(outgoing, url.searchParams);
    else if (url.pathname === '/token') {
      const form = await bodyOf(incoming);
      const type = form.get('grant_type');
      if (type === 'client_credentials') grantMachine(outgoing, form, incoming.headers.authorization);
      else (type === 'refresh_token' ? renew : grant)(outgoing, form);
    } else if (url.pathname === '/jwks' && keys !== undefined) answer(outgoing, 200, keys.jwks);
    else if (url.pathname === '/logout')
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Good bye</h1>');
    else answer(outgoing, 404, {});
  };

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: FakeIssuer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clientId: 'console',
    machines: new Map(),
    person: { sub: 'ada', groups: [] },
    next: { expiresInSeconds: 3_600 },
    given: [],
    renewals: { granted: 0, refused: 0 },
    asked: [],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return issuer;
};
