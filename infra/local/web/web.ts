import type { Doors } from '../../simulated-aws/host.ts';
import { type ApiDoorOptions, createApiDoor } from './api-door.ts';
import { createConsoleDoor } from './console-door.ts';
import { createDocsDoor } from './docs-door.ts';
import { createEventStream } from './event-stream.ts';
import { createTokenCheck, type SignInOptions } from './token-check.ts';

export interface WebOptions extends Omit<ApiDoorOptions, 'checkToken'> {
  /** Whose tokens the API asks for. Default: nobody is asked who they are. */
  readonly signIn?: SignInOptions | undefined;
  readonly subscribe: (listener: (event: object) => void) => () => void;
}

/** What the endpoint has for people: the console, the documentation, the API, and the events as they pass. */
export const createWeb = ({ subscribe, signIn, ...door }: WebOptions): Doors => {
  const api = createApiDoor({ ...door, checkToken: signIn && createTokenCheck(signIn) });
  const files = createConsoleDoor(signIn);
  const docs = createDocsDoor();
  const stream = createEventStream({
    now: () => door.clock.now(),
    subscribe: (listener) => subscribe((event) => listener(JSON.stringify(event))),
  });
  return {
    api,
    page: async (request) => (await docs(request)) ?? files(request),
    // A browser's event source shows no token, and the stream holds the events of all plans: as on AWS, there is none.
    stream: (incoming, outgoing) => signIn === undefined && stream.take(incoming, outgoing),
    close: () => stream.close(),
  };
};
