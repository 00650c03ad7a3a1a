import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WireRequest, WireResponse } from '../../simulated-aws/wire.ts';
import { type ApiDoorOptions, createApiDoor } from './api-door.ts';
import { createConsoleDoor } from './console-door.ts';
import { createEventStream } from './event-stream.ts';

export interface WebOptions extends ApiDoorOptions {
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
export const createWeb = ({ status, subscribe, ...door }: WebOptions): Web => {
  const api = createApiDoor(door);
  const files = createConsoleDoor();
  const stream = createEventStream({
    now: () => door.clock.now(),
    subscribe: (listener) => subscribe((event) => listener(JSON.stringify(event))),
  });
  return {
    api,
    page: async (request) => status(request) ?? (await files(request)),
    stream: (incoming, outgoing) => stream.take(incoming, outgoing),
    close: () => stream.close(),
  };
};
