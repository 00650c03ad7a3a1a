import { createHash } from 'node:crypto';

/** An account and Region. */
export interface NetworkPlace {
  readonly account: string;
  readonly region: string;
}

const idOf = (prefix: string, { account, region }: NetworkPlace, name: string): string =>
  `${prefix}-0${createHash('sha256').update(`${account}/${region}/${prefix}/${name}`).digest('hex').slice(0, 16)}`;

/** The VPC that every account and Region has, in which whatever names no other network lies. */
export const defaultVpcId = (place: NetworkPlace): string => idOf('vpc', place, 'default');

/** The default VPC's subnet in a zone such as `eu-west-1a`. */
export const defaultSubnetId = (place: NetworkPlace, availabilityZone: string): string =>
  idOf('subnet', place, availabilityZone);

export const defaultSecurityGroupId = (place: NetworkPlace): string => idOf('sg', place, 'default');
