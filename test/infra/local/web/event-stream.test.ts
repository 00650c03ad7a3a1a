import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventStream } from '../../../../infra/local/web/event-stream.ts';

let say: (text: string) => void;
let stream: ReturnType<typeof createEventStream>;
let server: Server;
let url: string;

beforeEach(async () => {
  stream = createEventStream({
    now: () => 1_000,
    keptMax: 3,
    subscribe: (listener) => {
      say = listener;
      return () => undefined;
    },
  });
  server = createServer((incoming, outgoing) => {
    if (!stream.take(incoming, outgoing)) outgoing.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  stream.close();
  server.close();
});

/** Reads until the time is told, which ends the beginning of every stream. */
const beginning = async (lastId?: string, query = ''): Promise<string> => {
  const stopped = new AbortController();
  const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
  const answer = await fetch(`${url}/api/stream${query}`, { headers, signal: stopped.signal });
  let text = '';
  for await (const chunk of answer.body!) {
    text += Buffer.from(chunk).toString();
    if (text.includes('event: time')) break;
  }
  stopped.abort();
  return text;
};
const idIn = (text: string): string => /id: (\S+)/.exec(text)?.[1] ?? '';

describe('the stream of events', () => {
  it('bids whoever comes first to read all anew', async () => {
    say('{"n":1}');
    const text = await beginning();
    expect(text).toContain('event: reset');
    expect(text).not.toContain('{"n":1}');
    expect(text).toContain('data: {"now":1000}');
  });

  it('gives who comes back what passed meanwhile, and nothing twice', async () => {
    say('{"n":1}');
    const id = idIn(await beginning());
    say('{"n":2}');
    say('{"n":3}');
    const text = await beginning(id);
    expect(text.match(/"n":\d/g)).toEqual(['"n":2', '"n":3']);
    expect(text).not.toContain('event: reset');
  });

  it('believes an address that names what was heard last, unless the browser says more', async () => {
    say('{"n":1}');
    const first = idIn(await beginning());
    say('{"n":2}');
    const named = await beginning(undefined, `?after=${first}`);
    expect(named.match(/"n":\d/g)).toEqual(['"n":2']);
    say('{"n":3}');
    const later = await beginning(idIn(named), `?after=${first}`);
    expect(later.match(/"n":\d/g)).toEqual(['"n":3']);
  });

  it('bids who was away for too long to read all anew', async () => {
    const id = idIn(await beginning());
    for (let n = 0; n < 5; n++) say(`{"n":${n}}`);
    expect(await beginning(id)).toContain('event: reset');
  });

  it('knows nothing of what another run said', async () => {
    expect(await beginning('other-7')).toContain('event: reset');
  });

  it('leaves every other request alone', async () => {
    expect((await fetch(`${url}/api/executions`)).status).toBe(404);
  });
});
