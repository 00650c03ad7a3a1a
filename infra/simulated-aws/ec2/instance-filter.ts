import { tagTexts, type TextsOf } from './filter.ts';
import { codeOf, type Ec2Instance } from './instance.ts';
import { type Network, placementOf } from './network.ts';

const networkTexts = (network: Network, instance: Ec2Instance, name: string) => {
  const { subnetId, vpcId, securityGroups, networkInterfaceId } = placementOf(network, instance);
  switch (name) {
    case 'subnet-id':
      return [subnetId];
    case 'vpc-id':
      return [vpcId];
    case 'instance.group-id':
    case 'network-interface.group-id':
      return securityGroups.map(({ id }) => id);
    case 'instance.group-name':
      return securityGroups.map(({ name: groupName }) => groupName);
    case 'network-interface.network-interface-id':
      return [networkInterfaceId];
    default:
      return tagTexts(instance.tags ?? {}, name);
  }
};

/** What the filters of DescribeInstances look at. */
export const instanceTexts =
  (network: Network): TextsOf<Ec2Instance> =>
  (instance, name) => {
    switch (name) {
      case 'instance-id':
        return [instance.instanceId];
      case 'instance-state-name':
        return [instance.state];
      case 'instance-state-code':
        return [String(codeOf(instance.state))];
      case 'private-ip-address':
      case 'network-interface.addresses.private-ip-address':
        return [instance.privateIpAddress];
      case 'availability-zone':
        return [instance.availabilityZone];
      case 'instance-type':
        return instance.instanceType === undefined ? [] : [instance.instanceType];
      case 'image-id':
        return instance.imageId === undefined ? [] : [instance.imageId];
      case 'architecture':
        return instance.architecture === undefined ? [] : [instance.architecture];
      case 'platform':
        return instance.platform === 'windows' ? ['windows'] : [];
      default:
        return networkTexts(network, instance, name);
    }
  };
