import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalClock } from '../clock.ts';
import type { LambdaHandler } from '../lambda/function.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import { createApiDoor } from './api-door.ts';
import { createConsoleDoor } from './console-door.ts';
import { createEventStream } from './event-stream.ts';

export interface WebOptions {
  readonly clock: LocalClock;
  readonly load: (functionName: string) => Promise<LambdaHandler>;
  readonly status: (request: WireRequest) => WireResponse | undefined;
  readonly subscribe: (listener: (event: object) => void) => () => void;
}

export interface Web {
  readonly api: (request: WireRequest) => Promise<WireResponse | undefined>;
  readonly page: (request: WireRequest) => Promise<WireResponse | undefined>;
  readonly stream: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  close(): void;
}

/** What the endpoint has for people: the console, the API behind it, and the events as they pass. */
export const createWeb = ({ clock, load, status, subscribe }: WebOptions): Web => {
  const api = createApiDoor({ clock, load });
  const files = createConsoleDoor();
  const stream = createEventStream({
    now: () => clock.now(),
    subscribe: (listener) => subscribe((event) => listener(JSON.stringify(event))),
  });
  return {
    api,
    page: async (request) => status(request) ?? (await files(request)),
    stream: (incoming, outgoing) => stream.take(incoming, outgoing),
    close: () => stream.close(),
  };
};
