import type { WireRequest, WireResponse } from '../wire.ts';

export interface StatusPageOptions {
  readonly now: () => number;
  readonly speed: number;
  readonly region: string;
  readonly account: string;
}

/** `GET /` without a signature: whether the runtime is up, and what time it is in there. */
export const statusPage =
  ({ now, ...facts }: StatusPageOptions) =>
  ({ method, path }: WireRequest): WireResponse | undefined => {
    if (method !== 'GET' || path !== '/') return undefined;
    const status = { name: 'groundswell', ...facts, time: new Date(now()).toISOString() };
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(status) };
  };
