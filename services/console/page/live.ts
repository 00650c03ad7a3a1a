import { signal } from '@preact/signals';
import type { ViewEvent } from '../../view/execution-view.ts';
import { followOwnTime, hearTime } from './clock.ts';

export type Connection = 'connecting' | 'live' | 'polling' | 'lost';
export const connection = signal<Connection>('connecting');

export interface Listener {
  /** An event that has just passed. */
  readonly onEvent: (event: ViewEvent) => void;
  /** Something may have been missed: read all anew. */
  readonly onReset: () => void;
}

const listeners = new Set<Listener>();

export const listen = (listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const pollMs = 3_000;
const reopenMs = 2_000;

/** Where nothing is pushed, everything is asked for again and again; the answers are mostly "nothing new". */
export const poll = (): void => {
  connection.value = 'polling';
  followOwnTime();
  setInterval(() => {
    for (const { onReset } of listeners) onReset();
  }, pollMs);
};

interface Envelope {
  readonly 'detail-type': string;
  readonly detail: { readonly metadata?: ViewEvent['metadata']; readonly data: unknown };
}

const tell = (text: string): void => {
  const { 'detail-type': type, detail } = JSON.parse(text) as Envelope;
  // A request of somebody else has no metadata; it is no event of an execution yet.
  if (detail.metadata === undefined) return;
  const event = { type, data: detail.data, metadata: detail.metadata } as ViewEvent;
  for (const { onEvent } of listeners) onEvent(event);
};

/** The server tells the time every second; a stream that is silent for so long is dead, whatever it says. */
const silenceMs = 5_000;

/** Opens the stream of events. The browser comes back by itself and says what it heard last. */
export const stream = (): void => {
  const source = new EventSource('/api/stream');
  const again = (): void => {
    source.close();
    connection.value = 'lost';
    setTimeout(stream, reopenMs);
  };
  let silence = setTimeout(again, silenceMs);
  const hear = (): void => {
    clearTimeout(silence);
    silence = setTimeout(again, silenceMs);
    connection.value = 'live';
  };
  source.addEventListener('open', hear);
  source.addEventListener('event', ({ data }: MessageEvent<string>) => tell(data));
  source.addEventListener('reset', () => {
    for (const { onReset } of listeners) onReset();
  });
  source.addEventListener('time', ({ data }: MessageEvent<string>) => {
    hear();
    hearTime((JSON.parse(data) as { readonly now: number }).now);
  });
  source.addEventListener('error', () => {
    connection.value = 'lost';
  });
};

/** Pushes where the platform does, polls elsewhere. */
export const goLive = async (): Promise<void> => {
  const status = await fetch('/status').catch(() => undefined);
  const isPushed = status?.headers.get('content-type')?.startsWith('application/json') === true;
  if (isPushed) stream();
  else poll();
};
