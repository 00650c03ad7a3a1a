import { randomUUID } from 'node:crypto';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { type CredentialScope, credentialScopeOf } from './credential-scope.ts';
import { isForm, refusal } from './refusal.ts';

export interface GatewayOptions {
  /** The Region of requests that do not say one. */
  readonly region: string;
  /** The simulated service for a scope; undefined for a service that is not simulated. */
  readonly resolve: (scope: CredentialScope, request: WireRequest) => LocalService | undefined;
  /** Answers a request whose signature is wrong; undefined for one that is right. Default: none is looked at. */
  readonly verify?: (scope: CredentialScope, request: WireRequest) => WireResponse | undefined;
  /** Answers a call that its caller may not make; undefined for one that is permitted. Default: all are. */
  readonly refuse?: (scope: CredentialScope, request: WireRequest) => Promise<WireResponse | undefined>;
  /** Answers what its path alone decides, whatever else the request says of itself; undefined for other paths. */
  readonly api?: (request: WireRequest) => Promise<WireResponse | undefined>;
  /** Answers requests that are for no AWS service, such as a browser's; undefined for those it does not know. */
  readonly page?: (request: WireRequest) => Promise<WireResponse | undefined>;
}

export type Gateway = (request: WireRequest) => Promise<WireResponse>;

/** One endpoint for all services: routes by path, then by what a request was signed for. It never throws. */
export const createGateway =
  (options: GatewayOptions): Gateway =>
  async (request) => {
    try {
      return (await options.api?.(request)) ?? (await answerSigned(options, request));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return refusal(request, 500, 'InternalFailure', message);
    }
  };

/** Every answer of AWS names its request; services whose body names it too have done so already. */
const withRequestId = (response: WireResponse): WireResponse =>
  response.headers['x-amzn-requestid'] === undefined
    ? { ...response, headers: { ...response.headers, 'x-amzn-requestid': randomUUID() } }
    : response;

const answerSigned = async (
  { region, resolve, verify, refuse, page }: GatewayOptions,
  request: WireRequest,
): Promise<WireResponse> => {
  const scope = credentialScopeOf(request, region);
  if (scope === undefined)
    return (
      (await page?.(request)) ??
      refusal(
        request,
        403,
        isForm(request) ? 'MissingAuthenticationToken' : 'MissingAuthenticationTokenException',
        'The request is not signed, and its X-Amz-Target names no service that is simulated here.',
      )
    );
  const service = resolve(scope, request);
  if (service !== undefined)
    return withRequestId(
      verify?.(scope, request) ?? (await refuse?.(scope, request)) ?? (await service.handle(request)),
    );
  const message = `The service ${scope.service} is not simulated.`;
  return refusal(request, 400, 'UnknownOperationException', message);
};
