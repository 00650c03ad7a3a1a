import { element, type Xml } from '../protocols/xml.ts';
import { codeOf, type Ec2Instance } from './instance.ts';
import { type Network, type Placement, placementOf } from './network.ts';

export const tagItems = (tags: Readonly<Record<string, string>>): readonly Xml[] =>
  Object.entries(tags).map(([key, value]) => element('item', [element('key', key), element('value', value)]));

const rootDeviceName = '/dev/sda1';

const devicesOf = ({ volumeId, rootDeviceType }: Ec2Instance): Xml | undefined =>
  volumeId === undefined || rootDeviceType === 'instance-store'
    ? undefined
    : element('blockDeviceMapping', [
        element('item', [
          element('deviceName', rootDeviceName),
          element('ebs', [element('volumeId', volumeId), element('status', 'attached')]),
        ]),
      ]);

const privateDnsNameOf = ({ privateIpAddress }: Ec2Instance): string =>
  `ip-${privateIpAddress.replaceAll('.', '-')}.ec2.internal`;

const groupItems = ({ securityGroups }: Placement): readonly Xml[] =>
  securityGroups.map(({ id, name }) => element('item', [element('groupId', id), element('groupName', name)]));

const interfaceItem = (network: Network, placement: Placement, instance: Ec2Instance): Xml =>
  element('item', [
    element('networkInterfaceId', placement.networkInterfaceId),
    element('subnetId', placement.subnetId),
    element('vpcId', placement.vpcId),
    element('ownerId', network.place.account),
    element('status', 'in-use'),
    element('macAddress', placement.macAddress),
    element('privateIpAddress', instance.privateIpAddress),
    element('privateDnsName', privateDnsNameOf(instance)),
    element('sourceDestCheck', true),
    element('interfaceType', 'interface'),
    element('groupSet', groupItems(placement)),
    element('attachment', [
      element('attachmentId', placement.networkInterfaceId.replace(/^eni-/, 'eni-attach-')),
      element('deviceIndex', 0),
      element('networkCardIndex', 0),
      element('status', 'attached'),
      element('deleteOnTermination', true),
    ]),
    element('privateIpAddressesSet', [
      element('item', [
        element('privateIpAddress', instance.privateIpAddress),
        element('privateDnsName', privateDnsNameOf(instance)),
        element('primary', true),
      ]),
    ]),
  ]);

/** An instance that is terminated is in no network any more. */
const networkMembers = (network: Network, placement: Placement, instance: Ec2Instance): readonly Xml[] =>
  instance.state === 'terminated'
    ? [element('networkInterfaceSet', []), element('groupSet', [])]
    : [
        element('subnetId', placement.subnetId),
        element('vpcId', placement.vpcId),
        element('networkInterfaceSet', [interfaceItem(network, placement, instance)]),
        element('groupSet', groupItems(placement)),
      ];

const profileOf = ({ place }: Network, { instanceId, instanceProfile }: Ec2Instance): Xml | undefined =>
  instanceProfile === undefined
    ? undefined
    : element('iamInstanceProfile', [
        element(
          'arn',
          instanceProfile.startsWith('arn:')
            ? instanceProfile
            : `arn:aws:iam::${place.account}:instance-profile/${instanceProfile}`,
        ),
        element('id', `AIPA${instanceId.slice(2).toUpperCase()}`),
      ]);

/** The Instance shape of DescribeInstances. */
export const instanceItem = (network: Network, instance: Ec2Instance): Xml => {
  const placement = placementOf(network, instance);
  const devices = devicesOf(instance);
  const profile = profileOf(network, instance);
  return element('item', [
    element('instanceId', instance.instanceId),
    element('imageId', instance.imageId),
    element('instanceState', [element('code', codeOf(instance.state)), element('name', instance.state)]),
    element('instanceType', instance.instanceType),
    ...(instance.launchedAt === undefined
      ? []
      : [element('launchTime', new Date(Math.floor(instance.launchedAt)).toISOString())]),
    element('privateIpAddress', instance.privateIpAddress),
    element('privateDnsName', privateDnsNameOf(instance)),
    ...networkMembers(network, placement, instance),
    element('placement', [
      element('availabilityZone', instance.availabilityZone),
      element('tenancy', 'default'),
    ]),
    element('platform', instance.platform === 'windows' ? 'windows' : undefined),
    element('architecture', instance.architecture),
    element('virtualizationType', instance.virtualizationType),
    element('rootDeviceType', instance.rootDeviceType),
    ...(devices === undefined ? [] : [element('rootDeviceName', rootDeviceName), devices]),
    ...(profile === undefined ? [] : [profile]),
    element('currentInstanceBootMode', instance.bootMode),
    element('tagSet', tagItems(instance.tags ?? {})),
  ]);
};
