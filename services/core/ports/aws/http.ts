import * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { InvocationContext } from './composition.ts';

/** API Gateway, HTTP API: "Working with AWS Lambda proxy integrations for HTTP APIs", payload format 2.0. */
const eventSchema = z.object({
  version: z.literal('2.0'),
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  requestContext: z
    .object({ domainName: z.string().default('localhost'), http: z.object({ method: z.string() }) })
    .loose(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
});

export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer may need to know of the invocation that carried its request. */
export interface HttpInvocation {
  readonly requestContext: unknown;
  readonly clock?: Clock;
}

const requestOf = (event: z.output<typeof eventSchema>): Request => {
  const { rawPath, rawQueryString, headers, requestContext, body, isBase64Encoded } = event;
  const { method } = requestContext.http;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(`https://${requestContext.domainName}${rawPath}${query}`), {
    method,
    headers,
    ...(hasBody && { body: isBase64Encoded ? Buffer.from(body, 'base64') : body }),
  });
};

/** The handler of a Lambda behind an HTTP API. */
export const onHttp =
  (answer: (request: Request, invocation: HttpInvocation) => Promise<Response>) =>
  async (event: unknown, context: InvocationContext): Promise<HttpResult> => {
    const asked = eventSchema.parse(event);
    const { requestContext } = asked;
    const response = await answer(requestOf(asked), {
      requestContext,
      ...(context.clock && { clock: context.clock }),
    });
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };
