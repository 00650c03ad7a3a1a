import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';

/**
 * One signed call to an AWS service, for the few calls whose SDK client would weigh more than the whole handler:
 * EC2's alone adds 540 KB. Signed as "AWS Signature Version 4 for API requests" has it.
 */
export type SignedCall = (request: SignedRequest) => Promise<string>;

/** What a service answers that says it has done what it was asked. */
export interface SignedAnswer {
  readonly headers: Pick<Headers, 'get'>;
  readonly body: string;
}

/** The same for the calls whose answer stands in its headers too. */
export type SignedExchange = (request: SignedRequest) => Promise<SignedAnswer>;

export interface Access {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
}

export interface SignedRequest extends Access {
  /** The service's name in its host and in the signature. */
  readonly service: string;
  /** Default: POST. */
  readonly method?: 'GET' | 'POST';
  /** Where the service is, for one that no host of its Region has, such as https://route53.amazonaws.com. */
  readonly origin?: string;
  /** Encoded as it goes over the wire. Default: /. */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Named as AWS names the fault, if it does, and with the status where the SDK's own errors have it. */
export class SignedCallError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(service: string, statusCode: number, body: string, errorType: string | null = null) {
    super(`${service} answered ${statusCode}: ${body.slice(0, 500)}`);
    // REST services name it in a header, with a namespace behind it.
    const [ofHeader] = (errorType ?? '').split(':');
    const ofBody = /<Code>([\w.]+)<\/Code>/.exec(body) ?? /"__type":\s*"(?:[^"#]*#)?(\w+)"/.exec(body);
    this.name = ofHeader || (ofBody?.[1] ?? 'SignedCallError');
    this.$metadata = { httpStatusCode: statusCode };
  }
}

/** As RFC 3986 has it, where encodeURIComponent leaves some characters alone. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

const queryText = (query: SignedRequest['query'] = {}): string =>
  Object.keys(query)
    .sort()
    .map((name) => `${encoded(name)}=${encoded(query[name] ?? '')}`)
    .join('&');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The headers of a signed request; `at` is epoch ms. */
export const signedHeaders = (
  { service, region, credentials, headers, body, method = 'POST', path = '/', query }: SignedRequest,
  host: string,
  at: number,
): Readonly<Record<string, string>> => {
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = stamp.slice(0, 8);
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const all: Readonly<Record<string, string>> = {
    ...headers,
    host,
    'x-amz-date': stamp,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${(all[name] ?? '').trim()}\n`).join('');
  // What is encoded in the path is encoded once more; it changes nothing of unreserved characters.
  const canonicalPath = path.split('/').map(encoded).join('/');
  const canonical = [method, canonicalPath, queryText(query), lines, names.join(';'), sha256(body)].join(
    '\n',
  );
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...all, authorization };
};

const timeoutMs = 10_000;

/** Where a service is; `AWS_ENDPOINT_URL` leads elsewhere, as it does for the SDK's own clients. */
const endpointOf = (service: string, region: string, override: string | undefined): URL =>
  new URL(override ?? `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);

export const createSignedExchange =
  (endpoint: string | undefined = process.env['AWS_ENDPOINT_URL']): SignedExchange =>
  async (request) => {
    const { service, region, method = 'POST', path = '/', query, origin, body } = request;
    const url = new URL(path, endpointOf(service, region, endpoint ?? origin));
    url.search = queryText(query);
    const response = await fetch(url, {
      method,
      headers: signedHeaders(request, url.host, Date.now()),
      ...(method === 'POST' && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok)
      throw new SignedCallError(service, response.status, text, response.headers.get('x-amzn-errortype'));
    return { headers: response.headers, body: text };
  };

export const createSignedCall = (endpoint?: string): SignedCall => {
  const exchange = createSignedExchange(endpoint);
  return async (request) => (await exchange(request)).body;
};
