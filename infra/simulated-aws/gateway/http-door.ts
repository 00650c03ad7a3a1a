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
  /** Answers a request whose body was cut off because it is too large; undefined: the door refuses it itself. */
  readonly cutOff?: (request: WireRequest) => Promise<WireResponse | undefined>;
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

const requestOf = (incoming: IncomingMessage, body: Buffer): WireRequest => {
  const [path = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: headersOf(incoming),
    body: body.toString('utf8'),
    raw: { search: query, body },
  };
};

/** Of a body that is too large this much is handed on, in bytes. */
const beginningMax = 1024 * 1024;

interface Body {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** The body, or its beginning as soon as it is larger than allowed; rejects when the client goes away. */
const bodyOf = (incoming: IncomingMessage, bodyMax: number): Promise<Body> =>
  new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const cutOff = (): void => {
      const beginning = Buffer.concat(chunks).subarray(0, beginningMax);
      chunks = [];
      resolve({ bytes: beginning, isWhole: false });
    };
    incoming.on('data', (chunk: Buffer) => {
      const wasWhole = length <= bodyMax;
      length += chunk.length;
      if (length <= bodyMax) chunks.push(chunk);
      else if (wasWhole) cutOff();
    });
    incoming.on('end', () => resolve({ bytes: Buffer.concat(chunks), isWhole: true }));
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
  { gateway, cutOff, bodyMax = defaultBodyMax }: HttpDoorOptions,
): Promise<void> => {
  const { bytes, isWhole } = await bodyOf(incoming, bodyMax);
  const request = requestOf(incoming, bytes);
  if (isWhole) {
    send(outgoing, await gateway(request));
    return;
  }
  outgoing.setHeader('connection', 'close');
  const message = `The request body is larger than ${bodyMax} bytes.`;
  const answered = await cutOff?.(request);
  send(outgoing, answered ?? refusal(request, 413, 'RequestTooLargeException', message));
};

const listen = (server: Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });

/** Longer than clients of AWS keep a connection that they do not use. */
const keepAliveMs = 120_000;

/** Opens the endpoint on a socket; rejects if the port is taken. */
export const openHttpDoor = async (options: HttpDoorOptions): Promise<HttpDoor> => {
  const server = createServer((incoming, outgoing) => {
    if (options.stream?.(incoming, outgoing) === true) return;
    // A client that goes away in the middle of its own request is no concern of anybody else.
    answer(incoming, outgoing, options).catch(() => outgoing.destroy());
  });
  // A client that reuses a connection in the moment in which it is closed sees a reset: Node's five seconds make that likely.
  server.keepAliveTimeout = keepAliveMs;
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
