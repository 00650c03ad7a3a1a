import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import dynalite from 'dynalite';
import { refusal } from '../gateway/refusal.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';

export interface LocalDynamodbOptions {
  /** Folder of the database; undefined: in memory only. */
  readonly folder: string | undefined;
}

export interface LocalDynamodb {
  readonly service: LocalService;
  /** Closes the database, so that another process or a successor can open its folder. */
  close(): Promise<void>;
}

/** As much of an HTTP response as Dynalite writes to. */
const createResponse = (finish: (response: WireResponse) => void) => {
  const headers: Record<string, string> = {};
  return {
    statusCode: 200,
    contentType: '',
    setHeader(name: string, value: unknown): void {
      // The endpoint counts the bytes itself.
      if (!/^(content-length|transfer-encoding)$/i.test(name)) headers[name.toLowerCase()] = String(value);
    },
    end(body = ''): void {
      finish({ statusCode: this.statusCode, headers, body });
    },
  };
};

/**
 * Hands Dynalite a whole request at once. Given the socket's own request, it would throw into the process
 * when a client goes away.
 */
const ask = (server: Server, request: WireRequest): Promise<WireResponse> =>
  new Promise((resolve) => {
    const { method, headers, body } = request;
    const query = new URLSearchParams(request.query).toString();
    const url = query === '' ? request.path : `${request.path}?${query}`;
    const incoming = Object.assign(new EventEmitter(), { method, url, headers });
    try {
      server.emit('request', incoming, createResponse(resolve));
      if (body !== '') incoming.emit('data', Buffer.from(body));
      incoming.emit('end');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      resolve(refusal(request, 400, 'SerializationException', message));
    }
  });

const closed = (request: WireRequest): WireResponse =>
  refusal(request, 503, 'ServiceUnavailable', 'The database is closed.');

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    // Dynalite closes its database only with a server that listens.
    server.listen(0, '127.0.0.1', () => server.close((error) => (error ? reject(error) : resolve())));
  });

/** DynamoDB, played by Dynalite. Every acknowledged write is in LevelDB's log and outlives `kill -9`. */
export const createLocalDynamodb = ({ folder }: LocalDynamodbOptions): LocalDynamodb => {
  const inFlight = new Set<Promise<WireResponse>>();
  let isOpen = true;
  const server = dynalite({
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
    ...(folder !== undefined && { path: folder }),
  });
  return {
    service: {
      signingName: 'dynamodb',
      async handle(request) {
        if (!isOpen) return closed(request);
        const answer = ask(server, request);
        inFlight.add(answer);
        return answer.finally(() => inFlight.delete(answer));
      },
    },
    async close() {
      // Dynalite throws into the process when it finds its database closed under a request.
      isOpen = false;
      await Promise.all(inFlight);
      await closeServer(server);
    },
  };
};
