import type { WireRequest, WireResponse } from '../wire.ts';

export interface StatusPageOptions {
  /** What runs here. */
  readonly name: string;
  readonly now: () => number;
  readonly speed: number;
  readonly region: string;
  readonly account: string;
  /** Tells this runtime from every other one. */
  readonly instance: string;
  /** Whether everything has been opened; until then the page answers 503. */
  readonly isReady: () => boolean;
}

/** `GET /status`, and `GET /` for whoever asks for no page: whether the runtime is up (200) or still starts (503), and what time it is in there. */
export const statusPage =
  ({ now, isReady, ...facts }: StatusPageOptions) =>
  ({ method, path, headers }: WireRequest): WireResponse | undefined => {
    const isAsked = path === '/status' || (path === '/' && !(headers['accept'] ?? '').includes('text/html'));
    if (method !== 'GET' || !isAsked) return undefined;
    const status = { ...facts, time: new Date(now()).toISOString() };
    return {
      statusCode: isReady() ? 200 : 503,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(status),
    };
  };
