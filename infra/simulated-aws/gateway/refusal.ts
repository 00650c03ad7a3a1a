import { randomUUID } from 'node:crypto';
import { element, type Xml, xmlDocument } from '../protocols/xml.ts';
import type { WireRequest, WireResponse } from '../wire.ts';

const xml = (statusCode: number, requestId: string, body: string): WireResponse => ({
  statusCode,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
});

const ec2Document = (error: readonly Xml[], requestId: string): string => {
  const response = element('Response', [
    element('Errors', [element('Error', error)]),
    element('RequestID', requestId),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${response.xml}`;
};

/** Whether a request is a form, as the Query protocol's are. */
export const isForm = ({ headers }: Pick<WireRequest, 'headers'>): boolean =>
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

/**
 * An error of the endpoint itself, in the form that the client's protocol reads: XML for form posts, which EC2 has
 * in a dialect of its own, else JSON.
 */
export const refusal = (
  request: Pick<WireRequest, 'headers'>,
  statusCode: number,
  code: string,
  message: string,
  dialect?: 'ec2' | 'xml',
): WireResponse => {
  const requestId = randomUUID();
  const named = [element('Code', code), element('Message', message)];
  if (dialect === 'ec2') return xml(statusCode, requestId, ec2Document(named, requestId));
  if (dialect === 'xml' || isForm(request)) {
    const type = statusCode < 500 ? 'Sender' : 'Receiver';
    const children = [element('Error', [element('Type', type), ...named]), element('RequestId', requestId)];
    return xml(
      statusCode,
      requestId,
      xmlDocument('ErrorResponse', 'http://webservices.amazon.com/', children),
    );
  }
  return {
    statusCode,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-errortype': code,
      'x-amzn-requestid': requestId,
    },
    body: JSON.stringify({ __type: code, message, Message: message }),
  };
};
