import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import {
  createSignedCall,
  SignedCallError,
  signedHeaders,
  type SignedRequest,
} from '../../../../../services/core/ports/aws/signed-call.ts';

const at = Date.parse('2026-11-23T10:00:00Z');

const request: SignedRequest = {
  service: 'ec2',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: 'Action=DescribeInstances&Version=2016-11-15',
};

/** The hash that the SDK's signer is given. */
class Sha256 extends Object {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    super();
    this.hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as unknown as Uint8Array);
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error('not needed');
  }
}

describe('a signed call', () => {
  it.each([
    ['with a session', request],
    ['without one', { ...request, credentials: { accessKeyId: 'AKID', secretAccessKey: 'other' } }],
    ['to a path', { ...request, service: 'drs', path: '/ListRecoveryPlans' }],
    ['of another service', { ...request, service: 'servicequotas', region: 'us-east-2' }],
  ])("%s is signed as the SDK's own signer does", async (_, asked: SignedRequest) => {
    const hostname = `${asked.service}.${asked.region}.amazonaws.com`;
    const signer = new SignatureV4({ ...asked, sha256: Sha256, applyChecksum: false });
    const signed = await signer.sign(
      {
        method: 'POST',
        protocol: 'https:',
        hostname,
        path: asked.path ?? '/',
        query: {},
        headers: { ...asked.headers, host: hostname },
        body: asked.body,
      },
      { signingDate: new Date(at) },
    );
    expect(signedHeaders(asked, hostname, at)['authorization']).toBe(signed.headers['authorization']);
  });

  const answering = async (statusCode: number, answer: string) => {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
    const server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        seen.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(statusCode).end(answer);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { seen, call: createSignedCall(`http://127.0.0.1:${port}`), close: () => server.close() };
  };

  it('brings the answer', async () => {
    const { seen, call, close } = await answering(200, '<ok/>');
    expect(await call(request)).toBe('<ok/>');
    expect(seen[0]).toMatchObject({ body: request.body, headers: { 'x-amz-security-token': 'session' } });
    expect(seen[0]?.headers['authorization']).toContain('/eu-west-1/ec2/aws4_request');
    close();
  });

  it('throws what AWS says when it refuses', async () => {
    const { call, close } = await answering(403, 'UnauthorizedOperation');
    await expect(call(request)).rejects.toThrow(SignedCallError);
    await expect(call(request)).rejects.toThrow('ec2 answered 403: UnauthorizedOperation');
    close();
  });
});
