import type { WireRequest, WireResponse } from '../wire.ts';

export interface StatusPageOptions {
  readonly now: () => number;
  readonly speed: number;
  readonly region: string;
  readonly account: string;
  /** Tells this runtime from every other one. */
  readonly instance: string;
}

/** `GET /status`, and `GET /` for whoever asks for no page: whether the runtime is up, and what time it is in there. */
export const statusPage =
  ({ now, ...facts }: StatusPageOptions) =>
  ({ method, path, headers }: WireRequest): WireResponse | undefined => {
    const isAsked = path === '/status' || (path === '/' && !(headers['accept'] ?? '').includes('text/html'));
    if (method !== 'GET' || !isAsked) return undefined;
    const status = { name: 'groundswell', ...facts, time: new Date(now()).toISOString() };
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(status) };
  };
