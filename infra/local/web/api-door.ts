import { apiBase, apiService, functionName } from '../../topology.ts';
import type { LocalClock } from '../../simulated-aws/clock.ts';
import type { LambdaHandler } from '../../simulated-aws/lambda/function.ts';
import type { WireRequest, WireResponse } from '../../simulated-aws/wire.ts';
import type { CheckedToken } from './token-check.ts';

export interface ApiDoorOptions {
  readonly clock: LocalClock;
  readonly load: (functionName: string) => Promise<LambdaHandler>;
  /** Whether a request has a route, whose function may be invoked for it; where IAM is not enforced, each has. */
  readonly admissionOf: (request: WireRequest) => 'admitted' | 'unrouted' | 'refused';
  /** What a token says; undefined for one that counts for nothing. Absent: nobody is asked for a token. */
  readonly checkToken?:
    ((authorization: string | undefined) => Promise<CheckedToken | undefined>) | undefined;
}

/** API Gateway, HTTP API: the event of payload format 2.0. */
const payloadOf = ({ method, path, query, headers, body }: WireRequest, jwt: CheckedToken | undefined) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: new URLSearchParams(query).toString(),
  headers,
  requestContext: {
    domainName: 'localhost',
    http: { method, path },
    ...(jwt !== undefined && { authorizer: { jwt } }),
  },
  body,
  isBase64Encoded: false,
});

/** Methods that no route of API Gateway can have, and no Request of the platform either. */
const unroutable = ['CONNECT', 'TRACE', 'TRACK'];
const own = (statusCode: number, message: string): WireResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});
const unauthorized = own(401, 'Unauthorized');
const notFound = own(404, 'Not Found');
/** All that API Gateway says of a function that it may not invoke, or of an issuer that it cannot ask; why, it writes into its own log. */
const failed = own(500, 'Internal Server Error');

/**
 * Answers what is under the API's path with the API's own handler. It does not run in the simulated Lambda,
 * since somebody who waits for news would keep simulated time from passing.
 */
export const createApiDoor =
  ({ clock, load, admissionOf, checkToken }: ApiDoorOptions) =>
  async (request: WireRequest): Promise<WireResponse | undefined> => {
    if (request.path !== apiBase && !request.path.startsWith(`${apiBase}/`)) return undefined;
    if (unroutable.includes(request.method)) return notFound;
    const admission = admissionOf(request);
    if (admission !== 'admitted') return admission === 'unrouted' ? notFound : failed;
    const jwt = await checkToken?.(request.headers['authorization']).catch(() => 'unchecked' as const);
    if (jwt === 'unchecked') return failed;
    if (checkToken !== undefined && jwt === undefined) return unauthorized;
    const handler = await load(functionName(apiService));
    const context = { awsRequestId: 'local', clock } as Parameters<LambdaHandler>[1];
    return (await handler(payloadOf(request, jwt), context)) as WireResponse;
  };
