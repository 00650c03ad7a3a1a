import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';

/**
 * One signed POST to an AWS service, for the few calls whose SDK client would weigh more than the whole handler:
 * EC2's alone adds 540 KB. Signed as "AWS Signature Version 4 for API requests" has it.
 */
export type SignedCall = (request: SignedRequest) => Promise<string>;

export interface Access {
  readonly region: string;
  readonly credentials: AwsCredentialIdentity;
}

export interface SignedRequest extends Access {
  /** The service's name in its host and in the signature. */
  readonly service: string;
  /** Of unreserved characters only. Default: /. */
  readonly path?: string;
  /** Lower-case names; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Named as AWS names the fault, if it does, and with the status where the SDK's own errors have it. */
export class SignedCallError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(service: string, statusCode: number, body: string) {
    super(`${service} answered ${statusCode}: ${body.slice(0, 500)}`);
    const name = /<Code>([\w.]+)<\/Code>/.exec(body) ?? /"__type":\s*"(?:[^"#]*#)?(\w+)"/.exec(body);
    this.name = name?.[1] ?? 'SignedCallError';
    this.$metadata = { httpStatusCode: statusCode };
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The headers of a signed POST; `at` is epoch ms. */
export const signedHeaders = (
  { service, region, credentials, headers, body, path = '/' }: SignedRequest,
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
  const canonical = ['POST', path, '', lines, names.join(';'), sha256(body)].join('\n');
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

export const createSignedCall =
  (endpoint: string | undefined = process.env['AWS_ENDPOINT_URL']): SignedCall =>
  async (request) => {
    const url = new URL(request.path ?? '/', endpointOf(request.service, request.region, endpoint));
    const response = await fetch(url, {
      method: 'POST',
      headers: signedHeaders(request, url.host, Date.now()),
      body: request.body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    if (!response.ok) throw new SignedCallError(request.service, response.status, text);
    return text;
  };
