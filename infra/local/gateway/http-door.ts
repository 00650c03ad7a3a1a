import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { Gateway } from './gateway.ts';
import { refusal } from './refusal.ts';

export interface HttpDoorOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host: string;
  readonly gateway: Gateway;
  /** Takes over requests whose answer goes on and on; says whether it did. */
  readonly stream?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  /** Bytes of a body. Default: the 16 MB of DynamoDB, the largest that any service takes. */
  readonly bodyMax?: number;
}

export interface HttpDoor {
  readonly port: number;
  close(): Promise<void>;
}

const defaultBodyMax = 16 * 1024 * 1024;

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );

const requestOf = (incoming: IncomingMessage, body: string): WireRequest => {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: headersOf(incoming),
    body,
  };
};

/** The whole body, or undefined as soon as it is larger than allowed; rejects when the client goes away. */
const bodyOf = (incoming: IncomingMessage, bodyMax: number): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bodyMax) chunks.push(chunk);
      else resolve(undefined);
    });
    incoming.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    incoming.on('error', reject);
    incoming.on('close', () => reject(new Error('The client went away.')));
  });

const send = (outgoing: ServerResponse, { statusCode, headers, body }: WireResponse): void => {
  outgoing.writeHead(statusCode, { ...headers, 'content-length': Buffer.byteLength(body) });
  outgoing.end(body);
};

const answer = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { gateway, bodyMax = defaultBodyMax }: HttpDoorOptions,
): Promise<void> => {
  const body = await bodyOf(incoming, bodyMax);
  if (body !== undefined) {
    send(outgoing, await gateway(requestOf(incoming, body)));
    return;
  }
  outgoing.setHeader('connection', 'close');
  const message = `The request body is larger than ${bodyMax} bytes.`;
  send(outgoing, refusal({ headers: headersOf(incoming) }, 413, 'RequestTooLargeException', message));
};

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** Opens the endpoint on a socket; rejects if the port is taken. */
export const openHttpDoor = async (options: HttpDoorOptions): Promise<HttpDoor> => {
  const server = createServer((incoming, outgoing) => {
    if (options.stream?.(incoming, outgoing) === true) return;
    // A client that goes away in the middle of its own request is no concern of anybody else.
    answer(incoming, outgoing, options).catch(() => outgoing.destroy());
  });
  const port = await listen(server, options.port, options.host);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => void resolve());
        server.closeAllConnections();
      }),
  };
};
