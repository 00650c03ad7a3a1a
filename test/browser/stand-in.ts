import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConsoleDoor } from '../../infra/local/web/console-door.ts';
import { createEventStream } from '../../infra/local/web/event-stream.ts';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import type { Drill } from '../support/view-drill.ts';

/** A server with the real page and the real stream, and one execution whose events a test says itself. */
export interface StandIn {
  readonly address: string;
  /** Puts an event on record and says it on the stream, as the bus would. */
  say(event: DomainEvent): void;
  /** Every question to the API so far, as `status path`. */
  readonly answers: readonly string[];
  close(): void;
}

export interface StandInOptions {
  readonly drill: Drill;
  /** How many of the drill's events are on record already. */
  readonly known: number;
  /** Whether events are pushed; where not, it is like the console behind CloudFront. */
  readonly isPushed: boolean;
}

const toText = ({ type, data, metadata }: DomainEvent): string =>
  JSON.stringify({ 'detail-type': type, detail: { data, metadata } });

export const openStandIn = async ({ drill, known, isPushed }: StandInOptions): Promise<StandIn> => {
  const { snapshot } = drill;
  const events = drill.events.slice(0, known);
  const answers: string[] = [];
  let listener: (text: string) => void = () => undefined;
  const stream = createEventStream({
    now: () => Date.parse(events.at(-1)?.metadata.emittedAt ?? snapshot.now),
    subscribe: (subscribed) => {
      listener = subscribed;
      return () => undefined;
    },
  });
  const page = createConsoleDoor();
  const at = `/api/executions/${snapshot.executionId}`;
  const bodies: Readonly<Record<string, () => object>> = {
    [at]: () => snapshot,
    [`${at}/events`]: () => ({ events }),
    '/api/executions': () => ({ executions: [snapshot] }),
  };

  const answer = (incoming: IncomingMessage, outgoing: ServerResponse, body: object | undefined): void => {
    const etag = `"${events.length}"`;
    const status = body === undefined ? 404 : incoming.headers['if-none-match'] === etag ? 304 : 200;
    answers.push(`${status} ${incoming.url ?? ''}`);
    outgoing.writeHead(status, { etag, 'content-type': 'application/json', 'cache-control': 'no-cache' });
    outgoing.end(status === 200 ? JSON.stringify(body) : undefined);
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const path = (incoming.url ?? '').split('?')[0] ?? '';
    if (isPushed && stream.take(incoming, outgoing)) return;
    if (isPushed && path === '/status') {
      answer(incoming, outgoing, {});
      return;
    }
    const file = await page({ method: 'GET', path, query: {}, headers: {}, body: '' });
    if (file === undefined) answer(incoming, outgoing, bodies[path]?.());
    else outgoing.writeHead(200, file.headers).end(file.body);
  };

  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    say(event) {
      events.push(event);
      listener(toText(event));
    },
    close() {
      stream.close();
      server.closeAllConnections();
      server.close();
    },
  };
};
