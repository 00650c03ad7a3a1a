import type { WireRequest } from '../wire.ts';
import { isPayloadIntact, isSame, signAgain, type SignedParts, signedPartsOf } from './signature.ts';

/** What is wrong with who a request says that it is from; every protocol has its own code for each. */
export interface SignatureFault {
  readonly kind: 'missing' | 'incomplete' | 'expired' | 'mismatch' | 'unknown-key' | 'bad-token';
  readonly message: string;
}

/** Who holds which keys. */
export interface KeyBook {
  /** The secret of an access key; nothing for one that nobody has. */
  secretOf(accessKeyId: string): string | undefined;
  /** Whether this session token, or none, belongs with the access key. */
  isTokenOf(accessKeyId: string, token: string | undefined): boolean;
}

const minute = 60_000;

/** Most services take a signature within five minutes of its date. */
const skewMinutes = (service: string): number => (service === 'dynamodb' ? 15 : 5);

const dateForm = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

const timeOf = (date: string): number =>
  dateForm.test(date) ? Date.parse(date.replace(dateForm, '$1-$2-$3T$4:$5:$6Z')) : Number.NaN;

const written = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');

const invalidToken = 'The security token included in the request is invalid.';

const shapeFault = (
  { date, scope, signedHeaders }: SignedParts,
  service: string,
): SignatureFault | undefined => {
  if (Number.isNaN(timeOf(date)))
    return {
      kind: 'incomplete',
      message: `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    };
  if (!signedHeaders.includes('host'))
    return {
      kind: 'mismatch',
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    };
  const faults = [
    ...(/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(scope.region)
      ? []
      : [`Credential should be scoped to a valid Region, not '${scope.region}'.`]),
    ...(scope.service === service ? [] : [`Credential should be scoped to correct service: '${service}'.`]),
    ...(scope.end === 'aws4_request'
      ? []
      : [`Credential should be scoped with a valid terminator: 'aws4_request', not '${scope.end}'.`]),
    ...(date.startsWith(`${scope.date}T`)
      ? []
      : [
          `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${scope.date}' != '${date.slice(0, 8)}', from '${date}'.`,
        ]),
  ];
  return faults.length === 0 ? undefined : { kind: 'mismatch', message: faults.join(' ') };
};

const presignedFault = (signedAt: number, expires: string, now: number): SignatureFault | undefined => {
  const seconds = Number(expires);
  if (!(/^\d+$/.test(expires) && seconds >= 1 && seconds <= 604_800))
    return { kind: 'incomplete', message: 'X-Amz-Expires must be a number from 1 to 604800.' };
  return now > signedAt + seconds * 1000
    ? {
        kind: 'expired',
        message: `Signature expired: ${written(signedAt + seconds * 1000)} is now earlier than ${written(now)}`,
      }
    : undefined;
};

const timeFault = (parts: SignedParts, now: number): SignatureFault | undefined => {
  const signedAt = timeOf(parts.date);
  const minutes = skewMinutes(parts.scope.service);
  const [earliest, latest] = [now - minutes * minute, now + minutes * minute];
  if (signedAt > latest)
    return {
      kind: 'expired',
      message: `Signature not yet current: ${parts.date} is still later than ${written(latest)} (${written(now)} + ${minutes} min.)`,
    };
  if (parts.expires !== undefined) return presignedFault(signedAt, parts.expires, now);
  if (signedAt < earliest)
    return {
      kind: 'expired',
      message: `Signature expired: ${parts.date} is now earlier than ${written(earliest)} (${written(now)} - ${minutes} min.)`,
    };
  return undefined;
};

const mismatchMessage = (canonicalRequest: string, stringToSign: string): string =>
  [
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    `The Canonical String for this request should have been\n'${canonicalRequest}'`,
    `The String-to-Sign should have been\n'${stringToSign}'\n`,
  ].join('\n\n');

const keyFault = (request: WireRequest, parts: SignedParts, keys: KeyBook): SignatureFault | undefined => {
  const { accessKeyId, token, signature } = parts;
  const secret = keys.secretOf(accessKeyId);
  if (secret === undefined) return { kind: 'unknown-key', message: invalidToken };
  if (!keys.isTokenOf(accessKeyId, token)) return { kind: 'bad-token', message: invalidToken };
  const again = signAgain(request, parts, secret);
  if (isSame(again.signature, signature) && isPayloadIntact(request)) return undefined;
  return { kind: 'mismatch', message: mismatchMessage(again.canonicalRequest, again.stringToSign) };
};

/**
 * What is wrong with the signature of a request to a service, in the order in which AWS finds it; nothing if it is
 * right. `now` is the time by the wall clock: clients know no other.
 */
export const judgeSignature = (
  request: WireRequest,
  service: string,
  keys: KeyBook,
  now: number,
): SignatureFault | undefined => {
  const parts = signedPartsOf(request);
  if (parts === undefined) return { kind: 'missing', message: 'Request is missing Authentication Token' };
  if (typeof parts === 'string') return { kind: 'incomplete', message: parts };
  return shapeFault(parts, service) ?? timeFault(parts, now) ?? keyFault(request, parts, keys);
};
