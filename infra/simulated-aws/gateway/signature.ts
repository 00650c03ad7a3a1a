import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from '../wire.ts';

/** What a request says of its signature, in its header or in its query. */
export interface SignedParts {
  readonly accessKeyId: string;
  readonly scope: {
    readonly date: string;
    readonly region: string;
    readonly service: string;
    readonly end: string;
  };
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261123T100000Z`. */
  readonly date: string;
  /** Of a presigned request: for how many seconds it is valid. */
  readonly expires?: string;
  readonly token: string | undefined;
}

export interface Signing {
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly signature: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const hmac = (key: string | Uint8Array, content: string): Buffer =>
  createHmac('sha256', key).update(content).digest();

/** As SigV4 has it: everything but letters, digits and `-_.~`. */
const escape = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The path without empty, `.` and `..` segments, escaped once more than it is on the wire. */
const canonicalPath = (path: string): string => {
  const segments: string[] = [];
  for (const segment of path.split('/'))
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(escape(segment));
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}`;
};

const canonicalQuery = ({ raw, query }: WireRequest): string =>
  [...new URLSearchParams(raw?.search ?? new URLSearchParams(query).toString())]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escape(name)}=${escape(value)}`)
    .sort()
    .join('&');

const canonicalHeader = (request: WireRequest, name: string): string =>
  `${name}:${(request.headers[name] ?? '').trim().replace(/\s+/g, ' ')}`;

const payloadHash = (request: WireRequest): string =>
  request.headers['x-amz-content-sha256'] ?? sha256(request.raw?.body ?? request.body);

/** Whether the hash that a request brings is that of its body. One that is left unsigned is. */
export const isPayloadIntact = (request: WireRequest): boolean => {
  const said = request.headers['x-amz-content-sha256'];
  return (
    said === undefined || said === 'UNSIGNED-PAYLOAD' || said === sha256(request.raw?.body ?? request.body)
  );
};

/** Signs a request anew with the secret ("Create a signed AWS API request"), as its own parts say. */
export const signAgain = (request: WireRequest, parts: SignedParts, secret: string): Signing => {
  const names = [...parts.signedHeaders].sort();
  const canonicalRequest = [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request),
    ...names.map((name) => canonicalHeader(request, name)),
    '',
    names.join(';'),
    payloadHash(request),
  ].join('\n');
  const { date, region, service, end } = parts.scope;
  const stringToSign = [
    algorithm,
    parts.date,
    [date, region, service, end].join('/'),
    sha256(canonicalRequest),
  ].join('\n');
  const key = [date, region, service, end].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return { canonicalRequest, stringToSign, signature: hmac(key, stringToSign).toString('hex') };
};

export const isSame = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const partsOf = (values: {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly expires?: string;
  readonly token: string | undefined;
}): SignedParts | string => {
  const { credential, signedHeaders, ...rest } = values;
  const [end = '', service = '', region = '', date = '', ...key] = credential.split('/').toReversed();
  if (key.length === 0)
    return `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`;
  return {
    ...rest,
    accessKeyId: key.toReversed().join('/'),
    scope: { date, region, service, end },
    signedHeaders: signedHeaders.toLowerCase().split(';'),
  };
};

const missingFrom = (values: Readonly<Record<string, string | undefined>>, text: (name: string) => string) =>
  Object.entries(values)
    .filter(([, value]) => value === undefined || value === '')
    .map(([name]) => text(name));

const fromHeader = (request: WireRequest, authorization: string): SignedParts | string => {
  if (!authorization.startsWith(`${algorithm} `))
    return `Unsupported AWS 'algorithm': '${authorization.split(' ')[0] ?? ''}' (only ${algorithm} for now).`;
  const values = Object.fromEntries(
    authorization
      .slice(algorithm.length)
      .split(',')
      .map((part) => part.trim().split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
  const { Credential: credential, SignedHeaders: signedHeaders, Signature: signature } = values;
  const date = request.headers['x-amz-date'] ?? request.headers['date'];
  const missing = [
    ...missingFrom(
      { Credential: credential, Signature: signature, SignedHeaders: signedHeaders },
      (name) => `Authorization header requires '${name}' parameter.`,
    ),
    ...missingFrom(
      { date },
      () => "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ),
  ];
  if (missing.length > 0) return [...missing, `Authorization=${authorization}`].join(' ');
  const token = request.headers['x-amz-security-token'];
  return partsOf({
    ...{ credential: credential ?? '', signedHeaders: signedHeaders ?? '', signature: signature ?? '' },
    ...{ date: date ?? '', token },
  });
};

const fromQuery = ({ query }: WireRequest): SignedParts | string => {
  const names = ['Algorithm', 'Credential', 'Signature', 'SignedHeaders', 'Date'].map(
    (name) => `X-Amz-${name}`,
  );
  const missing = missingFrom(
    Object.fromEntries(names.map((name) => [name, query[name]])),
    (name) => `AWS query-string parameters must include '${name}'.`,
  );
  if (missing.length > 0) return [...missing, 'Re-examine the query-string parameters.'].join(' ');
  return partsOf({
    credential: query['X-Amz-Credential'] ?? '',
    signedHeaders: query['X-Amz-SignedHeaders'] ?? '',
    signature: query['X-Amz-Signature'] ?? '',
    date: query['X-Amz-Date'] ?? '',
    expires: query['X-Amz-Expires'] ?? '',
    token: query['X-Amz-Security-Token'],
  });
};

/** The parts of a request's signature; a text says what is missing in it; nothing for a request without one. */
export const signedPartsOf = (request: WireRequest): SignedParts | string | undefined => {
  const authorization = request.headers['authorization'];
  const isPresigned = 'X-Amz-Algorithm' in request.query || 'X-Amz-Credential' in request.query;
  if (authorization !== undefined && authorization !== '') {
    if (isPresigned)
      return "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    return authorization.startsWith('AWS4-') ? fromHeader(request, authorization) : undefined;
  }
  return isPresigned ? fromQuery(request) : undefined;
};
