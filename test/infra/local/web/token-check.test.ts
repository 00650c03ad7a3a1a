import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultsOf } from '../../../../contracts/faults.ts';
import { createTokenCheck, signInSchema } from '../../../../infra/local/web/token-check.ts';
import { createSignedTokens } from '../../../support/signed-tokens.ts';

const now = Date.parse('2026-03-01T08:00:00Z');
const seconds = now / 1_000;

let server: Server;
let issuer: string;
let asked: string[];
let jwks: object;
const keys = createSignedTokens();

beforeEach(async () => {
  [asked, jwks] = [[], keys.jwks];
  server = createServer((incoming, outgoing) => {
    asked.push(incoming.url ?? '');
    const isKeys = incoming.url === '/jwks';
    outgoing.end(JSON.stringify(isKeys ? jwks : { issuer, jwks_uri: `${issuer}/jwks` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const checkOf = (time: () => number = () => now) =>
  createTokenCheck({ issuer, audience: ['groundswell', 'pipeline'] }, time);
const claims = (more: object = {}) => ({
  ...{ iss: issuer, aud: 'groundswell', sub: 'ada', exp: seconds + 60, iat: seconds - 60 },
  ...more,
});
const bearer = (more: object = {}, header: object = {}): string =>
  `Bearer ${keys.token(claims(more), header)}`;

describe('the check of a token', () => {
  it('tells what API Gateway tells: claims as texts, and the scopes', async () => {
    const told = await checkOf()(bearer({ scope: 'viewer operator', groups: ['desk', '/dr'], admin: true }));
    expect(told).toEqual({
      claims: {
        ...{ iss: issuer, aud: 'groundswell', sub: 'ada', scope: 'viewer operator', groups: '[desk /dr]' },
        ...{ exp: String(seconds + 60), iat: String(seconds - 60), admin: 'true' },
      },
      scopes: ['viewer', 'operator'],
    });
  });

  it('takes the client for the audience where a token names none, as Cognito does', async () => {
    expect(await checkOf()(bearer({ aud: undefined, client_id: 'pipeline' }))).toBeDefined();
    expect(await checkOf()(bearer({ aud: undefined, client_id: 'other' }))).toBeUndefined();
    expect(await checkOf()(bearer({ aud: ['x', 'groundswell'] }))).toBeDefined();
  });

  it.each([
    ['that has ended', { exp: seconds }],
    ['that is not in force yet', { nbf: seconds + 1 }],
    ['that is from the future', { iat: seconds + 60 }],
    ['of another issuer', { iss: 'https://issuer.example.com' }],
    ['for another audience', { aud: 'other' }],
    ['for none', { aud: [] }],
  ])('refuses one %s', async (_what, more) => {
    expect(await checkOf()(bearer(more))).toBeUndefined();
  });

  it.each([
    ['without a signature', { alg: 'none' }],
    ['signed with a shared secret', { alg: 'HS256' }],
    ['of a key that the issuer has not', { kid: 'other' }],
    ['of no key', { kid: undefined }],
  ])('refuses one %s', async (_what, header) => {
    expect(await checkOf()(bearer({}, header))).toBeUndefined();
  });

  it('refuses one of the same name that somebody else has signed, and one that was changed', async () => {
    expect(await checkOf()(`Bearer ${createSignedTokens().token(claims())}`)).toBeUndefined();
    const [head, , signature] = keys.token(claims()).split('.');
    const other = Buffer.from(JSON.stringify(claims({ sub: 'eve' }))).toString('base64url');
    expect(await checkOf()(`Bearer ${head}.${other}.${signature}`)).toBeUndefined();
  });

  it.each([
    [undefined],
    [''],
    ['Bearer'],
    ['Bearer a.b'],
    ['Bearer a.b.c.d'],
    ['Basic Og=='],
    ['Bearer e30.e30.e30'],
  ])('refuses %s', async (authorization) => {
    expect(await checkOf()(authorization)).toBeUndefined();
  });

  it('asks the issuer for its keys once, again for one that it does not know, and not for each', async () => {
    let time = now;
    const check = checkOf(() => time);
    await check(bearer());
    await check(bearer());
    await check(bearer({}, { kid: 'made-up' }));
    expect(asked).toHaveLength(2);
    const next = createSignedTokens('key-2');
    jwks = next.jwks;
    time += 6_000;
    expect(await check(`Bearer ${next.token(claims())}`)).toBeDefined();
    expect(await check(bearer())).toBeUndefined();
    expect(asked).toHaveLength(4);
  });

  it('fails, and lets nobody in, when the issuer cannot be asked', async () => {
    const check = checkOf();
    server.closeAllConnections();
    server.close();
    await expect(check(bearer())).rejects.toThrow();
  });
});

it('a sign-in is refused with every fault: tokens go over TLS, or nowhere but to this machine', () => {
  const input = { issuer: 'http://issuer.example.com', audience: [], console: { scopes: ['a b'] } };
  const parsed = signInSchema.safeParse(input);
  const faults = parsed.success ? [] : faultsOf(signInSchema, input, parsed.error);
  expect(faults.map(({ path }) => path)).toEqual([
    'issuer',
    'audience',
    'console.clientId',
    'console.scopes[0]',
  ]);
});
