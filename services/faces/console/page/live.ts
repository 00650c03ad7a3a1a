import { visibleIn, visibleLines } from '../../../../contracts/visible-text.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { followOwnTime, hearTime } from './clock.ts';
import { channel } from './connection.ts';
import { hasSession } from './session.ts';

export interface Listener {
  /** An event that has just passed. */
  readonly onEvent: (event: DomainEvent) => void;
  /** Something may have been missed: read everything again. */
  readonly onReset: () => void;
}

const listeners = new Set<Listener>();

export const listen = (listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const resetAll = (): void => {
  for (const { onReset } of listeners) onReset();
};

const pollMs = 3_000;
const reopenMs = 2_000;

/** Where nothing is pushed, everything is asked for again and again; the answers are mostly "nothing new". */
export const poll = (): void => {
  channel.value = 'polling';
  followOwnTime();
  setInterval(resetAll, pollMs);
};

interface Envelope {
  readonly 'detail-type': string;
  readonly detail: { readonly metadata?: DomainEvent['metadata']; readonly data: unknown };
}

const tell = (text: string): void => {
  const { 'detail-type': type, detail } = visibleIn(JSON.parse(text) as Envelope, visibleLines);
  // A request of somebody else has no metadata; it is no event of an execution yet.
  if (detail.metadata === undefined) return;
  const event = { type, data: detail.data, metadata: detail.metadata } as DomainEvent;
  for (const { onEvent } of listeners) onEvent(event);
};

/** The server tells the time every second; a stream that is silent for so long is dead, whatever it says. */
const silenceMs = 5_000;

let heardLast = '';

/** Opens the stream of events after the last one that was heard, which the server keeps for a while. */
export const stream = (): void => {
  const source = new EventSource(`/api/stream?after=${heardLast}`);
  const again = (): void => {
    source.close();
    channel.value = 'lost';
    setTimeout(stream, reopenMs);
  };
  let silence = setTimeout(again, silenceMs);
  const hear = (): void => {
    clearTimeout(silence);
    silence = setTimeout(again, silenceMs);
    channel.value = 'live';
  };
  source.addEventListener('open', hear);
  source.addEventListener('event', ({ data, lastEventId }: MessageEvent<string>) => {
    heardLast = lastEventId;
    tell(data);
  });
  source.addEventListener('reset', ({ lastEventId }: MessageEvent<string>) => {
    heardLast = lastEventId;
    resetAll();
  });
  source.addEventListener('time', ({ data }: MessageEvent<string>) => {
    hear();
    hearTime((JSON.parse(data) as { readonly now: number }).now);
  });
  source.addEventListener('error', () => {
    channel.value = 'lost';
  });
};

/** Pushes where the platform does, polls elsewhere; who cannot be asked yet is asked again. What is pushed is asked for by nobody in particular, so readers who sign in get none. */
export const goLive = async (): Promise<void> => {
  if (hasSession()) {
    poll();
    return;
  }
  const status = await fetch('/status').catch(() => undefined);
  if (status === undefined) {
    channel.value = 'lost';
    setTimeout(() => void goLive(), reopenMs);
    return;
  }
  if (status.ok && status.headers.get('content-type')?.startsWith('application/json') === true) stream();
  else poll();
};
