import { randomUUID } from 'node:crypto';
import { element, type Xml, xmlDocument } from './xml.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { asServiceError, ServiceError } from './service-error.ts';

/** A route of a REST service: `run` gets what the pattern's named groups caught, decoded. */
export interface Route {
  readonly method: string;
  readonly path: RegExp;
  run(parts: Readonly<Record<string, string>>, request: WireRequest): WireResponse | Promise<WireResponse>;
}

const headers = { 'content-type': 'application/json' };

export const jsonAnswer = (output: unknown, statusCode = 200): WireResponse => ({
  statusCode,
  headers,
  body: JSON.stringify(output),
});

/** The request's body as JSON, or the error that AWS's REST services answer to anything else. */
export const jsonBody = (request: WireRequest): unknown => {
  try {
    return request.body === '' ? {} : JSON.parse(request.body);
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not JSON.');
  }
};

const partsOf = (match: RegExpExecArray): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );

const dispatch = (routes: readonly Route[], request: WireRequest): WireResponse | Promise<WireResponse> => {
  for (const route of routes) {
    const match = route.method === request.method ? route.path.exec(request.path) : null;
    if (match !== null) return route.run(partsOf(match), request);
  }
  throw new ServiceError(
    'UnknownOperationException',
    `${request.method} ${request.path} is not simulated.`,
    404,
  );
};

/** An answer of a REST-XML service. */
export const xmlAnswer = (root: string, namespace: string, children: readonly Xml[]): WireResponse => ({
  statusCode: 200,
  headers: { 'content-type': 'text/xml' },
  body: xmlDocument(root, namespace, children),
});

/** A service of AWS's REST-XML kind, as Route 53 is. */
export const createRestXmlService = (
  signingName: string,
  namespace: string,
  routes: readonly Route[],
  operations: readonly string[],
): LocalService => ({
  signingName,
  operations,
  async handle(request) {
    try {
      return await dispatch(routes, request);
    } catch (raw) {
      const { code, message, statusCode } = asServiceError(raw);
      const body = xmlDocument('ErrorResponse', namespace, [
        element('Error', [
          element('Type', statusCode < 500 ? 'Sender' : 'Receiver'),
          element('Code', code),
          element('Message', message),
        ]),
        element('RequestId', randomUUID()),
      ]);
      return { statusCode, headers: { 'content-type': 'text/xml' }, body };
    }
  },
});

/** A service of AWS's REST-JSON kind: the operation is the method and path, errors are named in a header. */
export const createRestService = (signingName: string, routes: readonly Route[]): LocalService => ({
  signingName,
  async handle(request) {
    try {
      return await dispatch(routes, request);
    } catch (raw) {
      const error = asServiceError(raw);
      const body = { ...error.members, message: error.message, Message: error.message };
      return {
        statusCode: error.statusCode,
        headers: { ...headers, 'x-amzn-errortype': error.code },
        body: JSON.stringify(body),
      };
    }
  },
});
