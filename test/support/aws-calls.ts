import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** Of whom an AWS client asks something, by the scope that its request is signed for. */
export interface AwsCall {
  readonly region: string;
  readonly service: string;
}

/** "AWS Signature Version 4 for API requests": Credential=<key>/<day>/<Region>/<service>/aws4_request. */
const scopeIn = (text: string): AwsCall | undefined => {
  const [, region, service] = /Credential=[^/]+\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/.exec(text) ?? [];
  return region === undefined || service === undefined ? undefined : { region, service };
};

const ofSdk = 'http.client.request.start';
const ofFetch = 'undici:request:create';

/**
 * Listens to every signed request that leaves this process, of the SDK's clients and of those that are signed by
 * hand alike. Returns what was heard so far, and the end of it.
 */
export const hearAwsCalls = (): { readonly calls: readonly AwsCall[]; readonly stop: () => void } => {
  const calls: AwsCall[] = [];
  const add = (text: string): void => {
    const call = scopeIn(text);
    if (call !== undefined) calls.push(call);
  };
  const onSdk = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    add(String(request.getHeader('authorization') ?? ''));
  };
  const onFetch = (message: unknown): void => {
    const { request } = message as { readonly request: { readonly headers: unknown } };
    add(JSON.stringify(request.headers));
  };
  subscribe(ofSdk, onSdk);
  subscribe(ofFetch, onFetch);
  const stop = (): void => {
    unsubscribe(ofSdk, onSdk);
    unsubscribe(ofFetch, onFetch);
  };
  return { calls, stop };
};
