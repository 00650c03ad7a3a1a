import { apiBase, apiService, functionName } from '../../topology.ts';
import type { LocalClock } from '../clock.ts';
import type { LambdaHandler } from '../lambda/function.ts';
import type { WireRequest, WireResponse } from '../wire.ts';

export interface ApiDoorOptions {
  readonly clock: LocalClock;
  readonly load: (functionName: string) => Promise<LambdaHandler>;
}

/** API Gateway, HTTP API: the event of payload format 2.0. */
const payloadOf = ({ method, path, query, headers, body }: WireRequest) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: new URLSearchParams(query).toString(),
  headers,
  requestContext: { domainName: 'localhost', http: { method, path } },
  body,
  isBase64Encoded: false,
});

/** Methods that no route of API Gateway can have, and no Request of the platform either. */
const unroutable = ['CONNECT', 'TRACE', 'TRACK'];
const notFound: WireResponse = {
  statusCode: 404,
  headers: { 'content-type': 'application/json' },
  body: '{"message":"Not Found"}',
};

/**
 * Answers what is under the API's path with the API's own handler. It does not run in the simulated Lambda,
 * since somebody who waits for news would keep simulated time from passing.
 */
export const createApiDoor =
  ({ clock, load }: ApiDoorOptions) =>
  async (request: WireRequest): Promise<WireResponse | undefined> => {
    if (request.path !== apiBase && !request.path.startsWith(`${apiBase}/`)) return undefined;
    if (unroutable.includes(request.method)) return notFound;
    const handler = await load(functionName(apiService));
    const context = { awsRequestId: 'local', clock } as Parameters<LambdaHandler>[1];
    return (await handler(payloadOf(request), context)) as WireResponse;
  };
