import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalDynamodb } from '../../../../infra/simulated-aws/dynamodb/local-dynamodb.ts';
import { credentialScopeOf } from '../../../../infra/simulated-aws/gateway/credential-scope.ts';
import { createGateway } from '../../../../infra/simulated-aws/gateway/gateway.ts';
import { type HttpDoor, openHttpDoor } from '../../../../infra/simulated-aws/gateway/http-door.ts';
import type { LocalService } from '../../../../infra/simulated-aws/wire.ts';

const signed = (service: string, key = 'AKIDEXAMPLE') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261123/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

const scopeOf = (headers: Record<string, string>, query: Record<string, string> = {}) =>
  credentialScopeOf({ headers, query }, 'eu-west-1');

describe('credential scope', () => {
  it('is read from the signature header', () => {
    expect(scopeOf({ authorization: signed('drs') })).toEqual({
      accessKeyId: 'AKIDEXAMPLE',
      region: 'eu-central-1',
      service: 'drs',
    });
  });

  it('is read from a presigned query', () => {
    const query = { 'X-Amz-Credential': 'AKIDEXAMPLE/20261123/eu-central-1/sts/aws4_request' };
    expect(scopeOf({}, query)).toMatchObject({ service: 'sts', region: 'eu-central-1' });
  });

  it('of an unsigned request follows from its target', () => {
    expect(scopeOf({ 'x-amz-target': 'AWSEvents.PutEvents' })).toEqual({
      accessKeyId: '',
      region: 'eu-west-1',
      service: 'events',
    });
  });

  it.each([
    {},
    { authorization: 'Bearer x' },
    { authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c, Signature=0' },
    { 'x-amz-target': 'toString.x' },
    { 'x-amz-target': '' },
  ])('is absent in %j', (headers) => {
    expect(scopeOf(headers as Record<string, string>)).toBeUndefined();
  });
});

const echo: LocalService = {
  signingName: 'drs',
  handle: async ({ method, path, query, body }) => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method, path, query, length: body.length }),
  }),
};
const broken: LocalService = {
  signingName: 'ssm',
  handle: async () => {
    throw new Error('a fault of the simulation');
  },
};

describe('endpoint', () => {
  const database = createLocalDynamodb({
    ...{ folder: undefined, account: '111122223333', region: 'eu-west-1', now: Date.now },
  });
  const services = [echo, broken, database.service];
  let door: HttpDoor;
  let url: string;

  beforeAll(async () => {
    const resolve = ({ service }: { service: string }) =>
      services.find(({ signingName }) => signingName === service);
    const gateway = createGateway({ region: 'eu-west-1', resolve });
    door = await openHttpDoor({ port: 0, host: '127.0.0.1', gateway, bodyMax: 1_000 });
    url = `http://127.0.0.1:${door.port}`;
  });
  afterAll(async () => {
    await door.close();
    await database.close();
  });

  const isAlive = async () => {
    const answer = await fetch(`${url}/DescribeJobs?a=1`, {
      method: 'POST',
      body: '{}',
      headers: { authorization: signed('drs') },
    });
    expect(await answer.json()).toEqual({
      method: 'POST',
      path: '/DescribeJobs',
      query: { a: '1' },
      length: 2,
    });
  };

  /** Sends raw bytes and gives what came back until the socket ended, or a moment has passed. */
  const raw = (bytes: string | Buffer, thenDestroy = false): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(door.port, '127.0.0.1', () => {
        socket.write(bytes);
        if (thenDestroy) setTimeout(() => socket.destroy(), 20);
        else setTimeout(() => socket.end(), 200);
      });
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });

  it('routes by the service of the signature', isAlive);

  it('answers a service that is not simulated with an AWS error', async () => {
    const answer = await fetch(url, { method: 'POST', headers: { authorization: signed('s3') } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
    expect(await answer.json()).toMatchObject({ message: 'The service s3 is not simulated.' });
  });

  it('answers a request without a signature with an AWS error', async () => {
    const answer = await fetch(`${url}/anything`);
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('lets the path of its own API decide, whatever a request is signed for', async () => {
    const api = async ({ path }: { path: string }) =>
      path === '/api' ? { statusCode: 200, headers: {}, body: 'the API' } : undefined;
    const gateway = createGateway({ region: 'eu-west-1', resolve: () => echo, api });
    const asked = { method: 'GET', query: {}, headers: { authorization: signed('drs') }, body: '' };
    expect((await gateway({ ...asked, path: '/api' })).body).toBe('the API');
    expect((await gateway({ ...asked, path: '/x' })).body).toContain('"path":"/x"');
  });

  it('answers a form in XML', async () => {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ Action: 'X' }) });
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it('answers a fault of a service with an internal failure', async () => {
    const answer = await fetch(url, { method: 'POST', headers: { authorization: signed('ssm') } });
    expect(answer.status).toBe(500);
    expect(answer.headers.get('x-amzn-errortype')).toBe('InternalFailure');
  });

  it('refuses a body that is too large, and goes on', async () => {
    const head = `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${signed('drs')}\r\nContent-Length: 2000\r\n\r\n`;
    expect(await raw(head + 'x'.repeat(2000))).toMatch(/^HTTP\/1\.1 413 /);
    await isAlive();
  });

  it.each([
    ['bytes that are no HTTP', Buffer.from([0, 255, 13, 10, 1, 2, 3])],
    ['a broken request line', 'GET\r\n\r\n'],
    [
      'a path that is no URL',
      `GET //\\%zz?%&=%ff HTTP/1.1\r\nHost: x\r\nAuthorization: ${signed('drs')}\r\n\r\n`,
    ],
    ['a chunk that lies', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n'],
    ['a header without end', `POST / HTTP/1.1\r\nX: ${'a'.repeat(100_000)}`],
  ])('survives %s', async (_, bytes) => {
    await raw(bytes);
    await isAlive();
  });

  it('survives a client that goes away in the middle of its request', async () => {
    const head = `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${signed('dynamodb')}\r\nContent-Length: 900\r\n\r\n{`;
    await Promise.all(Array.from({ length: 10 }, () => raw(head, true)));
    await isAlive();
  });

  it.each(['', 'null', '[]', '{"TableName":', '{"TableName":3}', '"x"', '{"__proto__":{"a":1}}', '\u0000'])(
    'gives the database garbage %j and gets an error of its own',
    async (body) => {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          authorization: signed('dynamodb'),
          'x-amz-date': '20261123T000000Z',
          'x-amz-target': 'DynamoDB_20120810.PutItem',
          'content-type': 'application/x-amz-json-1.0',
        },
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toHaveProperty('__type');
    },
  );
});
