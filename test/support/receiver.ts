import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a receiver behaves: it takes what comes, answers with a status, cuts the connection, or never answers. */
export type Mood =
  | 'well'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'silent';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Receiver {
  readonly address: string;
  mood: Mood;
  /** What was taken: requests that were answered with 2xx. */
  readonly taken: readonly Received[];
  /** Every request that arrived whole. */
  readonly asked: readonly Received[];
  forget(): void;
  close(): Promise<void>;
}

/** A receiver on loopback, as of a webhook: it fails, times out, and comes back. `bodyOf` says what it answers. */
export const startReceiver = async (bodyOf = (_request: Received): string => '{}'): Promise<Receiver> => {
  const taken: Received[] = [];
  const asked: Received[] = [];
  const answer = (request: Received, response: ServerResponse): void => {
    asked.push(request);
    if (receiver.mood === 'silent') return;
    if (receiver.mood === 'reset') return void response.socket?.resetAndDestroy();
    const { status, headers = {} } = receiver.mood === 'well' ? { status: 202 } : receiver.mood;
    if (status < 300) taken.push(request);
    response.writeHead(status, headers).end(bodyOf(request));
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      answer({ method, path: url, headers, text: Buffer.concat(parts).toString() }, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: 'well',
    taken,
    asked,
    forget: () => [taken, asked].forEach((list) => list.splice(0)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
};
