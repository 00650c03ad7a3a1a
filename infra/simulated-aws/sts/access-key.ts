import { createHash } from 'node:crypto';

/** Base 32 as AWS writes access keys: capital letters and 2 to 7. */
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const encode = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => digits.charAt(Number.parseInt(five, 2))).join('');
};

const decode = (text: string): Buffer => {
  const bits = text
    .split('')
    .map((digit) => digits.indexOf(digit).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
};

const check = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update('simulated').update(bytes).digest().subarray(0, 2);

/**
 * A temporary access key that carries its account where AWS's own keys carry it, in the bits after the
 * seventh from the right of the first six bytes. The last two bytes tell it from a real key.
 */
export const accessKeyFor = (account: string, random: () => number): string => {
  const body = Buffer.alloc(8);
  body.writeUIntBE(Number(BigInt(account) << 7n), 0, 6);
  body.writeUInt16BE(Math.floor(random() * 65_536), 6);
  return `ASIA${encode(Buffer.concat([body, check(body)]))}`;
};

/** The account that a temporary key of this runtime belongs to; nothing for any other key, real ones included. */
export const accountOf = (accessKeyId: string): string | undefined => {
  const match = /^ASIA([A-Z2-7]{16})$/.exec(accessKeyId);
  if (match === null) return undefined;
  const bytes = decode(match[1] ?? '');
  const body = bytes.subarray(0, 8);
  if (!check(body).equals(bytes.subarray(8))) return undefined;
  return String(BigInt(body.readUIntBE(0, 6)) >> 7n).padStart(12, '0');
};

/** The secret of a temporary key, which follows from the key, so that nothing need be kept. */
const temporarySecret = (accessKeyId: string): string =>
  createHash('sha256').update('simulated secret').update(accessKeyId).digest('base64').slice(0, 40);

/** What every key that is not temporary has as its secret. */
const lastingSecret = 'local';

/**
 * The secret of an access key: `local` of every name that is none of AWS's own keys, and of each temporary key of
 * this runtime the one that it was given out with. Nobody has the secrets of real keys.
 */
export const secretOf = (accessKeyId: string): string | undefined => {
  if (accountOf(accessKeyId) !== undefined) return temporarySecret(accessKeyId);
  return accessKeyId === '' || /^A[A-Z]{3}[A-Z2-7]{16}$/.test(accessKeyId) ? undefined : lastingSecret;
};

/** The access key in the header of a signed request: `AWS4-HMAC-SHA256 Credential=<key>/<date>/...`. */
export const accessKeyOf = (authorization: string | undefined): string | undefined =>
  /\bCredential=([A-Za-z0-9]+)\//.exec(authorization ?? '')?.[1];
