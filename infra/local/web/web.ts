import type { Doors } from '../../simulated-aws/host.ts';
import { type ApiDoorOptions, createApiDoor } from './api-door.ts';
import { createConsoleDoor } from './console-door.ts';
import { createDocsDoor } from './docs-door.ts';
import { createEventStream } from './event-stream.ts';

export interface WebOptions extends ApiDoorOptions {
  readonly subscribe: (listener: (event: object) => void) => () => void;
}

/** What the endpoint has for people: the console, the documentation, the API, and the events as they pass. */
export const createWeb = ({ subscribe, ...door }: WebOptions): Doors => {
  const api = createApiDoor(door);
  const files = createConsoleDoor();
  const docs = createDocsDoor();
  const stream = createEventStream({
    now: () => door.clock.now(),
    subscribe: (listener) => subscribe((event) => listener(JSON.stringify(event))),
  });
  return {
    api,
    page: async (request) => (await docs(request)) ?? files(request),
    stream: (incoming, outgoing) => stream.take(incoming, outgoing),
    close: () => stream.close(),
  };
};
