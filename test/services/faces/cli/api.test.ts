import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createColors } from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { contextsFile } from '../../../../services/faces/cli/contexts.ts';
import { errorText, exitCodeOf } from '../../../../services/faces/cli/errors.ts';
import { createProgram } from '../../../../services/faces/cli/program.ts';
import { openFakeIssuer, type FakeIssuer } from '../../../browser/fake-issuer.ts';

const secret = 'a very secret/secret+%';
interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

let issuer: FakeIssuer;
let server: Server;
let address: string;
/** What the API was asked, and what it answers in turn; the last answer is repeated. */
let asked: { method: string; url: string; authorization: string | undefined; body: string; key: unknown }[];
let answers: Answer[];
let out: string[];
let warned: string[];

beforeEach(async () => {
  [asked, answers, out, warned] = [[], [{ status: 200, body: { plans: [] } }], [], []];
  issuer = await openFakeIssuer();
  issuer.machines.set('pipeline', secret);
  server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => (body += String(chunk)));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const { authorization } = headers;
      asked.push({ method, url, authorization, body, key: headers['idempotency-key'] });
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? { status: 500 };
      outgoing.writeHead(answer.status, answer.headers);
      outgoing.end(answer.body && JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  vi.stubEnv('XDG_CONFIG_HOME', mkdtempSync(join(tmpdir(), 'api-')));
  for (const name of ['CONTEXT', 'ENDPOINT', 'SCOPE', 'AUDIENCE', 'CLIENT_SECRET_FILE'])
    vi.stubEnv(`GROUNDSWELL_${name}`, '');
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_PROFILE']) vi.stubEnv(name, '');
  vi.stubEnv('GROUNDSWELL_API', address);
  vi.stubEnv('GROUNDSWELL_ISSUER', issuer.address);
  vi.stubEnv('GROUNDSWELL_CLIENT_ID', 'pipeline');
  vi.stubEnv('GROUNDSWELL_CLIENT_SECRET', secret);
});
afterEach(() => {
  vi.unstubAllEnvs();
  issuer.close();
  server.closeAllConnections();
  server.close();
});

const groundswell = async (...args: readonly string[]): Promise<number> => {
  const codes: number[] = [];
  const console = {
    colors: createColors(false),
    print: (text: string) => void out.push(text),
    warn: (text: string) => void warned.push(text),
  };
  try {
    await createProgram(console, (code) => codes.push(code)).parseAsync(['node', 'groundswell', ...args]);
  } catch (error) {
    warned.push(errorText(error));
    return exitCodeOf(error);
  }
  return codes[0] ?? -1;
};
const fileWith = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'api-')), 'file');
  writeFileSync(file, text);
  return file;
};
const executionId = 'exec-0123456789abcdef0123';
const accepted = { executionId, requestId: 'r-1', statusUrl: `/api/executions/${executionId}` };

describe('the API asked by a machine', () => {
  it('gets a token by the client credentials, and the answer as it is', async () => {
    expect(await groundswell('api', 'get', '/plans')).toBe(0);
    expect(asked).toMatchObject([{ method: 'GET', url: '/api/plans', authorization: 'Bearer token-1' }]);
    expect(out).toEqual(['{"plans":[]}']);
    expect(warned).toEqual([]);
  });

  it('sends a body and a key, and the same token with each question', async () => {
    const file = fileWith('{"planId":"shop","mode":"DRILL"}');
    const snapshot = (status: string, etag: string): Answer => ({
      status: 200,
      body: { status },
      headers: { etag },
    });
    answers = [
      { status: 202, body: accepted },
      snapshot('RUNNING', '"1"'),
      { status: 304 },
      snapshot('COMPLETED', '"2"'),
    ];
    expect(await groundswell('api', 'post', 'executions', '--body', file, '--key', 'k-1', '--follow')).toBe(
      0,
    );
    expect(asked[0]).toMatchObject({ method: 'POST', key: 'k-1', body: '{"planId":"shop","mode":"DRILL"}' });
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer token-1']));
    expect(warned).toEqual([`${executionId} RUNNING`, `${executionId} COMPLETED`]);
  });

  it('fails with the execution that it follows', async () => {
    answers = [
      { status: 202, body: accepted },
      { status: 200, body: { status: 'FAILED' } },
    ];
    expect(await groundswell('api', 'post', '/executions', '--follow')).toBe(1);
  });

  it.each([
    [403, 'Permission denied', 1],
    [404, 'Not found', 2],
    [422, 'Cannot be done as requested', 2],
    [500, 'Internal error', 1],
  ])('says what is wrong in a line: %i', async (status, title, code) => {
    const detail = 'This needs the permission run on the plan shop.';
    const faults = [{ path: 'planId', message: 'is bad', expected: 'good' }];
    answers = [
      { status, body: { type: 'about:blank', title, status, detail, ...(status === 422 && { faults }) } },
    ];
    expect(await groundswell('api', 'post', '/executions')).toBe(code);
    expect(warned[0]).toBe(`${status} ${title}: ${detail}`);
    expect(warned.slice(1)).toEqual(status === 422 ? ['  planId: is bad; valid: good'] : []);
    expect(out).toEqual([]);
  });

  it('follows no redirect, which would take the token along', async () => {
    answers = [{ status: 302, headers: { location: 'http://127.0.0.1:9/' } }];
    expect(await groundswell('api', 'get', '/plans')).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('tells why the issuer gives no token, and never the secret', async () => {
    vi.stubEnv('GROUNDSWELL_CLIENT_SECRET', 'wrong-one');
    expect(await groundswell('api', 'get', '/plans')).toBe(1);
    expect(warned.join()).toContain(`The issuer ${issuer.address} gives no token: invalid_client`);
    expect(warned.join()).not.toContain('wrong-one');
    expect(asked).toEqual([]);
  });
});

describe('as whom the API is asked', () => {
  const context = (more: string): void => {
    mkdirSync(dirname(contextsFile()), { recursive: true });
    writeFileSync(contextsFile(), `current: dr\ncontexts:\n  dr: { endpoint: aws, ${more} }\n`);
  };
  const leave = (...names: readonly string[]): void => {
    for (const name of names) vi.stubEnv(`GROUNDSWELL_${name}`, '');
  };

  it('stands in a context, with the secret in a file', async () => {
    leave('API', 'ISSUER', 'CLIENT_ID', 'CLIENT_SECRET');
    const file = fileWith(`${secret}\n`);
    context(`api: '${address}', issuer: '${issuer.address}', clientId: pipeline, secretFile: '${file}'`);
    expect(await groundswell('api', 'get', '/plans')).toBe(0);
    expect(asked).toMatchObject([{ authorization: 'Bearer token-1' }]);
  });

  it('is kept by `context put`, which takes no secret', async () => {
    leave('API', 'ISSUER', 'CLIENT_ID');
    const place = [
      '--endpoint',
      'aws',
      '--api',
      address,
      '--issuer',
      issuer.address,
      '--client-id',
      'pipeline',
    ];
    expect(await groundswell('context', 'put', 'dr', ...place)).toBe(0);
    expect(await groundswell('api', 'get', '/plans', '--context', 'dr')).toBe(0);
    expect(asked).toMatchObject([{ authorization: 'Bearer token-1' }]);
    expect(await groundswell('context', 'put', 'dr', ...place, '--secret', 'x')).toBe(2);
  });

  it('is the context’s where the command line names it, and the environment’s before the one in use', async () => {
    context(`api: 'http://127.0.0.1:9/api', issuer: '${issuer.address}', clientId: other`);
    expect(await groundswell('api', 'get', '/plans')).toBe(0);
    expect(await groundswell('api', 'get', '/plans', '--context', 'dr')).toBe(1);
    expect(asked).toHaveLength(1);
  });

  it('is nobody where no issuer is named, as with a local runtime that asks for no token', async () => {
    leave('API', 'ISSUER', 'CLIENT_ID', 'CLIENT_SECRET');
    vi.stubEnv('GROUNDSWELL_ENDPOINT', address.replace('/api', ''));
    expect(await groundswell('api', 'get', '/plans')).toBe(0);
    expect(asked).toMatchObject([{ url: '/api/plans', authorization: undefined }]);
  });

  it('is told whole where something is missing, and nobody is asked', async () => {
    leave('ISSUER', 'CLIENT_SECRET');
    vi.stubEnv('GROUNDSWELL_API', 'http://api.example.com');
    expect(await groundswell('api', 'get', '/plans')).toBe(2);
    for (const part of ['api: is http://api.example.com', 'issuer: is missing', 'secret: is missing'])
      expect(warned.join()).toContain(part);
    leave('API', 'CLIENT_ID');
    context('region: eu-central-1');
    warned = [];
    expect(await groundswell('api', 'get', '/plans')).toBe(2);
    expect(warned.join()).toContain('api: is missing');
    expect(asked).toEqual([]);
  });
});
