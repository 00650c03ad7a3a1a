import { Readable } from 'node:stream';
import type { LocalService, WireRequest } from '../../../infra/simulated-aws/wire.ts';

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const textOf = (body: unknown): string => {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  return '';
};

const wireRequest = (request: SdkRequest): WireRequest => ({
  method: request.method,
  path: request.path,
  query: Object.fromEntries(
    Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value ?? '')]),
  ),
  headers: Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  body: textOf(request.body),
});

/** Client options with which an AWS SDK client talks to one simulated service without a socket. */
export const clientOptions = (service: LocalService) => ({
  endpoint: 'http://127.0.0.1:4566',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
  requestHandler: {
    async handle(request: SdkRequest) {
      const { statusCode, headers, body } = await service.handle(wireRequest(request));
      return { response: { statusCode, headers: { ...headers }, body: Readable.from([Buffer.from(body)]) } };
    },
  },
});

/** A request of the JSON protocols as it comes over the wire, for what no SDK client would send. */
export const jsonRequest = (target: string, body: string): WireRequest => ({
  method: 'POST',
  path: '/',
  query: {},
  headers: { 'x-amz-target': target },
  body,
});
