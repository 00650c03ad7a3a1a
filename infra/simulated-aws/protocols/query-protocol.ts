import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { parseForm } from './form.ts';
import { asServiceError, ServiceError } from './service-error.ts';
import { element, type Xml, xmlDocument } from './xml.ts';

/** An operation that answers the elements of its result. */
export type QueryOperation = (
  input: unknown,
  request: WireRequest,
) => readonly Xml[] | Promise<readonly Xml[]>;

/** Where the two dialects of the Query protocol differ: EC2's, and that of SNS and STS. */
interface Dialect {
  answer(action: string, result: readonly Xml[], requestId: string): string;
  error(error: ServiceError, requestId: string): string;
}

export interface QueryServiceOptions {
  readonly signingName: string;
  readonly namespace: string;
  readonly requestId: () => string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
}

const queryDialect = (namespace: string): Dialect => ({
  answer: (action, result, requestId) =>
    xmlDocument(`${action}Response`, namespace, [
      element(`${action}Result`, result),
      element('ResponseMetadata', [element('RequestId', requestId)]),
    ]),
  error: (error, requestId) =>
    xmlDocument('ErrorResponse', namespace, [
      element('Error', [
        element('Type', error.statusCode < 500 ? 'Sender' : 'Receiver'),
        element('Code', error.code),
        element('Message', error.message),
      ]),
      element('RequestId', requestId),
    ]),
});

const ec2Dialect = (namespace: string): Dialect => ({
  answer: (action, result, requestId) =>
    xmlDocument(`${action}Response`, namespace, [element('requestId', requestId), ...result]),
  error: (error, requestId) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n${
      element('Response', [
        element('Errors', [
          element('Error', [element('Code', error.code), element('Message', error.message)]),
        ]),
        element('RequestID', requestId),
      ]).xml
    }`,
});

const createXmlService = (options: QueryServiceOptions, dialect: Dialect): LocalService => {
  const respond = (statusCode: number, requestId: string, body: string): WireResponse => ({
    statusCode,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body,
  });
  return {
    signingName: options.signingName,
    operations: Object.keys(options.operations),
    async handle(request) {
      const requestId = options.requestId();
      try {
        const form = parseForm(
          request.body === '' ? new URLSearchParams(request.query).toString() : request.body,
        );
        const action = typeof form['Action'] === 'string' ? form['Action'] : '';
        const operation = options.operations[action];
        if (operation === undefined)
          throw new ServiceError('InvalidAction', `The action ${action} is not simulated.`);
        return respond(200, requestId, dialect.answer(action, await operation(form, request), requestId));
      } catch (raw) {
        const error = asServiceError(raw);
        return respond(error.statusCode, requestId, dialect.error(error, requestId));
      }
    },
  };
};

/** A service that takes form-encoded actions and answers XML: SNS and STS. */
export const createQueryService = (options: QueryServiceOptions): LocalService =>
  createXmlService(options, queryDialect(options.namespace));

/** The same in EC2's dialect: no result wrapper, lists of `<item>`, and an error document of its own. */
export const createEc2Service = (options: QueryServiceOptions): LocalService =>
  createXmlService(options, ec2Dialect(options.namespace));
