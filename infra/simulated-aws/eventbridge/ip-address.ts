import { PatternRefusal } from './pattern-refusal.ts';

/** An IPv4 or IPv6 address as a number of 32 or 128 bits. */
export interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The addresses from `low` to `high`, both included. */
export interface AddressRange {
  readonly bits: 32 | 128;
  readonly low: bigint;
  readonly high: bigint;
}

// The literal forms that EventBridge's matcher takes for addresses; all else stays a plain string.
const ipv4Form = /^\d+\.\d+\.\d+\.\d+$/;
const ipv6Form = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;

const parseIpv4 = (text: string): Address | undefined => {
  const parts = text.split('.').map(Number);
  if (parts.some((part) => part > 255)) return undefined;
  return { bits: 32, value: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
};

const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));

const parseIpv6 = (text: string): Address | undefined => {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { bits: 128, value: groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) };
};

/** The address that a text denotes, or nothing when it is not the literal of one. */
export const parseAddress = (text: string): Address | undefined => {
  if (ipv4Form.test(text)) return parseIpv4(text);
  return ipv6Form.test(text) ? parseIpv6(text) : undefined;
};

const maskBitsOf = (text: string): number => {
  if (!/^[+-]?\d+$/.test(text)) throw new PatternRefusal('Malformed CIDR, mask bits must be an integer');
  const maskBits = Number(text);
  if (maskBits < 0) throw new PatternRefusal('Malformed CIDR, mask bits must not be negative');
  return maskBits;
};

/** The range of a CIDR block; refuses what AWS refuses, a block of a single address included. */
export const parseCidr = (text: string): AddressRange => {
  const [literal, mask, ...more] = text.split('/');
  if (literal === undefined || mask === undefined || more.length > 0)
    throw new PatternRefusal("Malformed CIDR, one '/' required");
  const maskBits = maskBitsOf(mask);
  const address = parseAddress(literal);
  if (address === undefined) throw new PatternRefusal(`Nonstandard IP address: ${literal}`);
  if (maskBits >= address.bits)
    throw new PatternRefusal(`IPv${address.bits === 32 ? 4 : 6} mask bits must be < ${address.bits}`);
  const size = 1n << BigInt(address.bits - maskBits);
  const low = address.value - (address.value % size);
  return { bits: address.bits, low, high: low + size - 1n };
};

export const singleAddress = (address: Address): AddressRange => ({
  bits: address.bits,
  low: address.value,
  high: address.value,
});

export const isWithin = (range: AddressRange, address: Address): boolean =>
  address.bits === range.bits && address.value >= range.low && address.value <= range.high;
