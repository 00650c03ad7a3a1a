import { type ConnectionOptions, placeOf } from './connection.ts';

const timeAt = async (endpoint: string): Promise<number> => {
  const status = (await (await fetch(new URL('/status', endpoint))).json()) as { readonly time?: string };
  return status.time === undefined ? Date.now() : Date.parse(status.time);
};

/** The endpoint's own time, epoch ms: a local runtime may be ahead of the wall. */
export const nowThere = async (options: ConnectionOptions): Promise<number> => {
  const { endpoint } = placeOf(options);
  if (endpoint !== undefined) return timeAt(endpoint);
  // The environment may lead the SDK's clients to a local runtime, or to another door of AWS, which tells no time.
  const elsewhere = process.env['AWS_ENDPOINT_URL'];
  return elsewhere === undefined ? Date.now() : timeAt(elsewhere).catch(() => Date.now());
};
