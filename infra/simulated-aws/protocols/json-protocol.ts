import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import type { Operations } from './operation.ts';
import { asServiceError, ServiceError } from './service-error.ts';

export interface JsonServiceOptions {
  readonly signingName: string;
  /** What stands before the dot in `X-Amz-Target`. */
  readonly targetPrefix: string;
  readonly version: '1.0' | '1.1';
  readonly operations: Operations;
  /** The type of an error by its code, where the service's model has another name for it. */
  readonly errorType?: (code: string) => string;
  /** Headers that an error carries beside its body, by its code. */
  readonly errorHeaders?: (code: string) => Readonly<Record<string, string>>;
}

const bodyOf = (request: WireRequest): unknown => {
  try {
    return request.body === '' ? {} : JSON.parse(request.body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
};

const run = async (options: JsonServiceOptions, request: WireRequest): Promise<unknown> => {
  const [prefix, name = ''] = (request.headers['x-amz-target'] ?? '').split('.');
  const operation = Object.hasOwn(options.operations, name) ? options.operations[name] : undefined;
  if (prefix !== options.targetPrefix || operation === undefined)
    throw new ServiceError('UnknownOperationException', `The operation ${name} is not simulated.`);
  return operation(bodyOf(request), request);
};

/** A service that speaks AWS JSON: one address, the operation in `X-Amz-Target`, JSON in and out. */
export const createJsonService = (options: JsonServiceOptions): LocalService => {
  const contentType = { 'content-type': `application/x-amz-json-${options.version}` };
  const failure = (raw: unknown): WireResponse => {
    const error = asServiceError(raw);
    const type = options.errorType?.(error.code) ?? error.code;
    return {
      statusCode: error.statusCode,
      headers: { ...contentType, 'x-amzn-errortype': type, ...options.errorHeaders?.(error.code) },
      // Service models spell the member either way; clients read the one that they know.
      body: JSON.stringify({
        __type: type,
        message: error.message,
        Message: error.message,
        ...error.members,
      }),
    };
  };
  return {
    signingName: options.signingName,
    operations: Object.keys(options.operations),
    async handle(request) {
      try {
        const output = await run(options, request);
        return { statusCode: 200, headers: contentType, body: JSON.stringify(output ?? {}) };
      } catch (error) {
        return failure(error);
      }
    },
  };
};
