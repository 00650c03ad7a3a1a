import type { WireRequest, WireResponse } from '../wire.ts';
import type { SignatureFault } from './judge-signature.ts';
import { isForm, refusal } from './refusal.ts';

type Codes = Readonly<Record<SignatureFault['kind'], string>>;

/** "Common errors", as services that speak JSON have them. */
const jsonCodes: Codes = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  expired: 'InvalidSignatureException',
  mismatch: 'InvalidSignatureException',
  'unknown-key': 'UnrecognizedClientException',
  'bad-token': 'UnrecognizedClientException',
};

/** The same as those of the Query protocol have them. */
const queryCodes: Codes = {
  missing: 'MissingAuthenticationToken',
  incomplete: 'IncompleteSignature',
  expired: 'SignatureDoesNotMatch',
  mismatch: 'SignatureDoesNotMatch',
  'unknown-key': 'InvalidClientTokenId',
  'bad-token': 'InvalidClientTokenId',
};

const isRest = ({ headers }: WireRequest): boolean => headers['x-amz-target'] === undefined;

const ec2Refusal = (request: WireRequest, { kind, message }: SignatureFault): WireResponse => {
  if (kind === 'expired') return refusal(request, 400, 'RequestExpired', message, 'ec2');
  if (kind === 'missing' || kind === 'incomplete')
    return refusal(request, 400, queryCodes[kind], message, 'ec2');
  const text = 'AWS was not able to validate the provided access credentials';
  return refusal(request, 401, 'AuthFailure', text, 'ec2');
};

/** The answer to a signature that is wrong, as its service gives it. */
export const signatureRefusal = (
  request: WireRequest,
  service: string,
  fault: SignatureFault,
): WireResponse => {
  const { kind, message } = fault;
  if (service === 'ec2') return ec2Refusal(request, fault);
  if (isForm(request)) return refusal(request, kind === 'incomplete' ? 400 : 403, queryCodes[kind], message);
  if (service === 'sqs') {
    const answer = refusal(request, 403, jsonCodes[kind], message);
    // Clients of SQS go by the code of its older protocol.
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${queryCodes[kind]};Sender` } };
  }
  return refusal(request, isRest(request) ? 403 : 400, jsonCodes[kind], message);
};
