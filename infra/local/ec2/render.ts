import { element, type Xml } from '../protocols/xml.ts';
import { codeOf, type Ec2Instance } from './instance.ts';

const tagItems = ({ tags = {} }: Ec2Instance): readonly Xml[] =>
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

/** The Instance shape of DescribeInstances. */
export const instanceItem = (instance: Ec2Instance): Xml => {
  const devices = devicesOf(instance);
  return element('item', [
    element('instanceId', instance.instanceId),
    element('instanceState', [element('code', codeOf(instance.state)), element('name', instance.state)]),
    element('instanceType', instance.instanceType),
    ...(instance.launchedAt === undefined
      ? []
      : [element('launchTime', new Date(Math.floor(instance.launchedAt)).toISOString())]),
    element('privateIpAddress', instance.privateIpAddress),
    element('privateDnsName', `ip-${instance.privateIpAddress.replaceAll('.', '-')}.ec2.internal`),
    element('placement', [
      element('availabilityZone', instance.availabilityZone),
      element('tenancy', 'default'),
    ]),
    element('platform', instance.platform === 'windows' ? 'windows' : undefined),
    element('architecture', instance.architecture),
    element('virtualizationType', instance.virtualizationType),
    element('rootDeviceType', instance.rootDeviceType),
    ...(devices === undefined ? [] : [element('rootDeviceName', rootDeviceName), devices]),
    element('currentInstanceBootMode', instance.bootMode),
    element('tagSet', tagItems(instance)),
  ]);
};
