import { element, xmlDocument } from '../protocols/xml.ts';
import type { WireRequest, WireResponse } from '../wire.ts';

/** An error of the endpoint itself, in the form that the client's protocol reads: XML for form posts, else JSON. */
export const refusal = (
  { headers }: Pick<WireRequest, 'headers'>,
  statusCode: number,
  code: string,
  message: string,
): WireResponse => {
  if ((headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    const type = statusCode < 500 ? 'Sender' : 'Receiver';
    const error = [element('Type', type), element('Code', code), element('Message', message)];
    return {
      statusCode,
      headers: { 'content-type': 'text/xml' },
      body: xmlDocument('ErrorResponse', 'http://webservices.amazon.com/', [element('Error', error)]),
    };
  }
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': code },
    body: JSON.stringify({ __type: code, message, Message: message }),
  };
};
