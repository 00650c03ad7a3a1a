import { type ConnectionOptions, placeOf } from './connection.ts';

/** The endpoint's own time, epoch ms: a local runtime may be ahead of the wall. */
export const nowThere = async (options: ConnectionOptions): Promise<number> => {
  const { endpoint } = placeOf(options);
  if (endpoint === undefined) return Date.now();
  const status = (await (await fetch(new URL('/status', endpoint))).json()) as { readonly time?: string };
  return status.time === undefined ? Date.now() : Date.parse(status.time);
};
