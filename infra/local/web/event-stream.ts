import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiBase } from '../../topology.ts';

export interface EventStreamOptions {
  /** Simulated time, epoch ms. */
  readonly now: () => number;
  /** Tells the listener the text of each event of the product's bus; returns the end of it. */
  readonly subscribe: (listener: (text: string) => void) => () => void;
  /** How many events are kept for those who come back. Default: 20,000. */
  readonly keptMax?: number;
  /** How often the time is sent, in ms of real time. Default: 1,000. */
  readonly tickMs?: number;
}

interface Kept {
  readonly number: number;
  readonly text: string;
}

const path = `${apiBase}/stream`;

const frame = (name: string, data: string, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${data}\n\n`;

/** What the caller heard last. A browser says it of itself only when it comes back without being told to. */
const lastIdOf = ({ headers, url = '' }: IncomingMessage): string => {
  const said = headers['last-event-id'];
  return typeof said === 'string' ? said : (new URLSearchParams(url.split('?')[1]).get('after') ?? '');
};

/**
 * Server-sent events: every event of the bus as it passes, and the simulated time. Whoever comes back with
 * `Last-Event-ID`, or `?after=` the same id, gets what passed meanwhile; if that is not kept any more, `reset`
 * says to read all anew.
 */
export const createEventStream = ({
  now,
  subscribe,
  keptMax = 20_000,
  tickMs = 1_000,
}: EventStreamOptions) => {
  const run = String(process.pid) + String(Math.floor(performance.timeOrigin));
  const kept: Kept[] = [];
  const open = new Set<ServerResponse>();
  let last = 0;
  const end = subscribe((text) => {
    const event = { number: ++last, text };
    kept.push(event);
    if (kept.length > keptMax) kept.shift();
    for (const outgoing of open) outgoing.write(frame('event', text, `${run}-${event.number}`));
  });
  const tick = (): string => frame('time', JSON.stringify({ now: now() }));
  const timer = setInterval(() => {
    for (const outgoing of open) outgoing.write(tick());
  }, tickMs);
  timer.unref();

  /** What passed since the caller last heard something; undefined when that cannot be said. */
  const missed = (lastId: string): readonly Kept[] | undefined => {
    const [ofRun, number = ''] = lastId.split('-');
    const since = Number(number);
    if (ofRun !== run || !Number.isInteger(since) || since < (kept[0]?.number ?? 1) - 1) return undefined;
    return kept.filter((event) => event.number > since);
  };

  const begin = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
    outgoing.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff' });
    const events = missed(lastIdOf(incoming));
    const since = events?.map(({ number, text }) => frame('event', text, `${run}-${number}`));
    const beginning = since?.join('') ?? frame('reset', '{}', `${run}-${last}`);
    outgoing.write(`retry: 1000\n\n${beginning}${tick()}`);
    open.add(outgoing);
    outgoing.on('close', () => open.delete(outgoing));
  };

  return {
    /** Takes a request for the stream over; says whether it was one. */
    take(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
      if (incoming.method !== 'GET' || incoming.url?.split('?')[0] !== path) return false;
      begin(incoming, outgoing);
      return true;
    },
    close(): void {
      clearInterval(timer);
      end();
      for (const outgoing of open) outgoing.end();
      open.clear();
    },
  };
};
