import { createHash } from 'node:crypto';
import {
  defaultSecurityGroupId,
  defaultSubnetId,
  defaultVpcId,
  type NetworkPlace,
} from '../default-network.ts';
import type { Ec2Instance } from './instance.ts';
import type { Ec2Scenario } from './scenario.ts';

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SecurityGroup {
  readonly id: string;
  readonly vpcId: string;
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The subnets and security groups of one account and Region. */
export interface Network {
  readonly place: NetworkPlace;
  readonly defaultVpcId: string;
  readonly subnets: readonly Subnet[];
  readonly securityGroups: readonly SecurityGroup[];
}

const zones = ['a', 'b', 'c'] as const;

/** The default VPC with a subnet in every zone, and what the scenario adds. */
export const networkOf = (
  place: NetworkPlace,
  { defaultVpc, subnets, securityGroups }: Pick<Ec2Scenario, 'defaultVpc' | 'subnets' | 'securityGroups'>,
): Network => {
  const vpcId = defaultVpcId(place);
  return {
    place,
    defaultVpcId: vpcId,
    subnets: [
      ...(defaultVpc ? zones : []).map((zone, at) => ({
        id: defaultSubnetId(place, place.region + zone),
        vpcId,
        availabilityZone: place.region + zone,
        cidr: `172.31.${at * 16}.0/20`,
        isDefault: true,
        tags: {},
      })),
      ...subnets.map(({ zone, ...subnet }) => ({
        ...subnet,
        vpcId: subnet.vpcId ?? vpcId,
        availabilityZone: place.region + zone,
        isDefault: false,
      })),
    ],
    securityGroups: [
      {
        id: defaultSecurityGroupId(place),
        vpcId,
        name: 'default',
        description: 'default VPC security group',
        tags: {},
      },
      ...securityGroups.map((group) => ({ ...group, vpcId: group.vpcId ?? vpcId })),
    ],
  };
};

/** Where an instance lies: as it was launched, else in the default VPC. */
export interface Placement {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly securityGroups: readonly Pick<SecurityGroup, 'id' | 'name'>[];
  readonly networkInterfaceId: string;
  readonly macAddress: string;
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const placementOf = (network: Network, instance: Ec2Instance): Placement => {
  const { instanceId, availabilityZone, securityGroupIds = [] } = instance;
  const subnetId = instance.subnetId ?? defaultSubnetId(network.place, availabilityZone);
  const ids = securityGroupIds.length > 0 ? securityGroupIds : [defaultSecurityGroupId(network.place)];
  return {
    subnetId,
    vpcId: network.subnets.find(({ id }) => id === subnetId)?.vpcId ?? network.defaultVpcId,
    securityGroups: ids.map(
      (id) => network.securityGroups.find((group) => group.id === id) ?? { id, name: id },
    ),
    networkInterfaceId: `eni-0${digestOf(`${instanceId}/eni`).slice(0, 16)}`,
    macAddress: `06:${(digestOf(`${instanceId}/mac`).slice(0, 10).match(/../g) ?? []).join(':')}`,
  };
};
