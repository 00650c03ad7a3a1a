/** Identifiers in AWS's forms, drawn from a source of randomness that a test can fix. */

/** A number in [0, 1), as Math.random gives. */
export type Random = () => number;

const digitsFrom = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');

export const hexFrom = (random: Random, length: number): string =>
  digitsFrom(random, '0123456789abcdef', length);

/** A version-4 UUID in lower case. */
export const uuidFrom = (random: Random): string => {
  const hex = hexFrom(random, 30);
  const variant = digitsFrom(random, '89ab', 1);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(12, 15)}`,
    variant + hex.slice(15, 18),
    hex.slice(18),
  ].join('-');
};
