import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { isForm } from '../gateway/refusal.ts';
import { parseForm } from '../protocols/form.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import type { Operations } from '../protocols/operation.ts';
import { asServiceError, ServiceError } from '../protocols/service-error.ts';
import { element, type Xml, xmlDocument } from '../protocols/xml.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { inputOfForm } from './query-form.ts';
import { resultXml } from './query-xml.ts';
import { jsonTypeOf, queryCodeOf, sqsError } from './sqs-error.ts';

const namespace = 'http://queue.amazonaws.com/doc/2012-11-05/';

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** SQS leaves out what is empty, in both protocols, on every level. */
export const withoutEmpty = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, withoutEmpty(member)] as const)
      .filter(([, member]) => member !== undefined && !isEmpty(member)),
  );
};

const xmlAnswer = (
  statusCode: number,
  root: string,
  children: (requestId: string) => readonly Xml[],
): WireResponse => {
  const requestId = randomUUID();
  return {
    statusCode,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: xmlDocument(root, namespace, children(requestId)),
  };
};

const requestIdXml = (requestId: string): Xml => element('RequestId', requestId);

const success = (operation: string, output: Readonly<Record<string, unknown>> | undefined): WireResponse =>
  xmlAnswer(200, `${operation}Response`, (requestId) => [
    // Operations that answer nothing have no element for it.
    ...(output === undefined ? [] : [element(`${operation}Result`, resultXml(operation, output))]),
    element('ResponseMetadata', [requestIdXml(requestId)]),
  ]);

/** Errors that the older protocol words in its own way. */
const olderMessages: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'The specified queue does not exist for this wsdl version.',
};

const failure = (raw: unknown): WireResponse => {
  const { code, message, statusCode } = asServiceError(raw);
  return xmlAnswer(statusCode, 'ErrorResponse', (requestId) => [
    element('Error', [
      element('Type', statusCode < 500 ? 'Sender' : 'Receiver'),
      element('Code', queryCodeOf(code)),
      element('Message', olderMessages[code] ?? message),
      element('Detail', ''),
    ]),
    requestIdXml(requestId),
  ]);
};

/** A call in the Query protocol. Its address may be the queue's, which it then does not name again. */
export const queryCall = (
  request: WireRequest,
): { readonly operation: string; readonly input: Readonly<Record<string, unknown>> } => {
  const form = parseForm(request.body === '' ? new URLSearchParams(request.query).toString() : request.body);
  const { Action, Version: _, ...members } = form;
  const operation = typeof Action === 'string' ? Action : '';
  const input = inputOfForm(operation, members);
  const isAddressed =
    /^(?:\/queue\/[a-z\d-]+)?\/\d{12}\/[^/]+$/.test(request.path) && input['QueueUrl'] === undefined;
  return { operation, input: isAddressed ? { ...input, QueueUrl: request.path } : input };
};

const answerQuery = async (operations: Operations, request: WireRequest): Promise<WireResponse> => {
  try {
    const { operation: name, input } = queryCall(request);
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined)
      throw new ServiceError('InvalidAction', `The action ${name} is not valid for this endpoint.`);
    return success(name, (await operation(input, request)) as Readonly<Record<string, unknown>> | undefined);
  } catch (error) {
    return failure(error);
  }
};

/** Whether a request speaks the Query protocol of older clients, which SQS understands beside JSON. */
export const isQuery = (request: WireRequest): boolean =>
  request.headers['x-amz-target'] === undefined && (isForm(request) || request.query['Action'] !== undefined);

/** URLs outside home name their Region, which has to be the one that is asked. */
const checkRegion = (input: unknown, region: string): void => {
  const url = z.looseObject({ QueueUrl: z.string() }).safeParse(input).data?.QueueUrl ?? '';
  const named = /\/queue\/([a-z\d-]+)\/\d{12}\/[^/]+$/.exec(url)?.[1];
  if (named !== undefined && named !== region)
    throw sqsError('QueueDoesNotExist', 'The specified queue does not exist.');
};

/** SQS of a Region in both of its protocols. */
export const createSqsService = (operations: Operations, region: string): LocalService => {
  const lean: Operations = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      async (...call: Parameters<typeof operation>) => {
        checkRegion(call[0], region);
        return withoutEmpty(await operation(...call));
      },
    ]),
  );
  const json = createJsonService({
    ...{ signingName: 'sqs', targetPrefix: 'AmazonSQS', version: '1.0', operations: lean },
    errorType: jsonTypeOf,
    errorHeaders: (code) => ({ 'x-amzn-query-error': `${queryCodeOf(code)};Sender` }),
  });
  return {
    ...json,
    handle: (request) => (isQuery(request) ? answerQuery(lean, request) : json.handle(request)),
  };
};
