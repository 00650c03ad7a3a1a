import type { Random } from '../identifiers.ts';
import { uuidFrom } from '../identifiers.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { DrsError } from './errors.ts';
import type { Reply } from './execute.ts';
import type { OperationName } from './operation-names.ts';
import { operationNames } from './operation-names.ts';

export interface Call {
  readonly operation: OperationName;
  readonly input: unknown;
}

const tagOperations: Readonly<Record<string, OperationName>> = {
  GET: 'ListTagsForResource',
  POST: 'TagResource',
  DELETE: 'UntagResource',
};

/** Repeated query parameters come joined by commas, which no tag key may contain. */
const tagCall = (request: WireRequest, body: object): Call | undefined => {
  const operation = tagOperations[request.method];
  const resourceArn = decodeURIComponent(request.path.slice('/tags/'.length));
  const tagKeys = (request.query['tagKeys'] ?? '').split(',').filter((key) => key !== '');
  return operation && { operation, input: { ...body, resourceArn, tagKeys } };
};

const bodyOf = (request: WireRequest): object | undefined => {
  try {
    const parsed: unknown = request.body === '' ? {} : JSON.parse(request.body);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const failure = (name: string, statusCode: number, message: string): DrsError => ({
  name,
  statusCode,
  members: { message },
});

/** The call that a request is, or the error that it is not one. */
export const callOf = (request: WireRequest): Call | DrsError => {
  const body = bodyOf(request);
  if (body === undefined)
    return failure('SerializationException', 400, 'The request body is not a JSON object');
  const name = request.path.slice(1);
  const operation = operationNames.find((known) => known === name);
  const call = request.path.startsWith('/tags/')
    ? tagCall(request, body)
    : operation && { operation, input: { ...request.query, ...body } };
  return (
    call ?? failure('UnknownOperationException', 404, `${request.method} ${request.path} is not simulated`)
  );
};

export const renderError = (random: Random, error: DrsError): WireResponse => ({
  statusCode: error.statusCode,
  headers: {
    'content-type': 'application/json',
    'x-amzn-requestid': uuidFrom(random),
    'x-amzn-errortype': error.name,
    ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
  },
  body: JSON.stringify(error.members),
});

/** What a caller that was left without an answer gets from the network at last. */
const gatewayTimeout: WireResponse = { statusCode: 504, headers: { 'content-type': 'text/plain' }, body: '' };

export const renderReply = (random: Random, reply: Reply): WireResponse => {
  switch (reply.kind) {
    case 'refused':
      return renderError(random, reply.error);
    case 'silent':
      return gatewayTimeout;
    case 'answered':
      return {
        statusCode: reply.statusCode,
        headers: { 'content-type': 'application/json', 'x-amzn-requestid': uuidFrom(random) },
        body: reply.statusCode === 204 ? '' : JSON.stringify(reply.body),
      };
  }
};
