import { refusal } from '../gateway/refusal.ts';
import type { WireRequest, WireResponse } from '../wire.ts';

interface Manner {
  readonly code: string;
  readonly statusCode: number;
  /** How the service writes its actions in a refusal. */
  readonly written?: (action: string) => string;
}

const json: Manner = { code: 'AccessDeniedException', statusCode: 400 };
const rest: Manner = { code: 'AccessDeniedException', statusCode: 403 };

/** As each service's own errors have it. */
const manners: Readonly<Record<string, Manner>> = {
  drs: rest,
  lambda: rest,
  sqs: { code: 'AccessDenied', statusCode: 403, written: (action) => action.toLowerCase() },
  sns: {
    code: 'AuthorizationError',
    statusCode: 403,
    written: (action) => action.replace(/^sns:/, 'SNS:'),
  },
  iam: { code: 'AccessDenied', statusCode: 403 },
  sts: { code: 'AccessDenied', statusCode: 403 },
  route53: { code: 'AccessDenied', statusCode: 403 },
  ec2: { code: 'UnauthorizedOperation', statusCode: 403 },
};

const mannerOf = (service: string): Manner => manners[service] ?? json;

/** An action as the service writes it when it refuses. */
export const writtenAction = (service: string, action: string): string =>
  mannerOf(service).written?.(action) ?? action;

/** The service's own AccessDenied, in its protocol. */
export const deniedAnswer = (service: string, request: WireRequest, message: string): WireResponse => {
  if (service === 'ec2') {
    const text = `You are not authorized to perform this operation. ${message}`;
    return refusal(request, 403, 'UnauthorizedOperation', text, 'ec2');
  }
  const { code, statusCode } = mannerOf(service);
  if (service === 'route53') return refusal(request, statusCode, code, message, 'xml');
  const answer = refusal(request, statusCode, code, message);
  if (service !== 'sqs') return answer;
  // Clients of SQS go by the code of its older protocol.
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${code};Sender` } };
};
