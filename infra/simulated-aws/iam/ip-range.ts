import { BlockList, isIP } from 'node:net';

const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address is in a range such as `203.0.113.0/24`, or is the one address. */
export const isInRange = (range: string, address: string): boolean => {
  const [base = '', length] = range.split('/');
  if (isIP(base) === 0 || isIP(address) === 0) return false;
  const list = new BlockList();
  if (length === undefined) list.addAddress(base, family(base));
  else list.addSubnet(base, Number(length), family(base));
  return list.check(address, family(address));
};
