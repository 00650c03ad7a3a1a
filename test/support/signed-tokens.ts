import { generateKeyPairSync, sign } from 'node:crypto';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Keys of an issuer that lives as long as its test, and tokens that are signed with them. */
export const createSignedTokens = (kid = 'key-1') => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return {
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] },
    /** A token with these claims; the header's own where a test wants another. */
    token: (claims: object, header: object = {}): string => {
      const body = `${encode({ alg: 'RS256', typ: 'JWT', kid, ...header })}.${encode(claims)}`;
      return `${body}.${sign('sha256', Buffer.from(body), privateKey).toString('base64url')}`;
    },
  };
};
export type SignedTokens = ReturnType<typeof createSignedTokens>;
