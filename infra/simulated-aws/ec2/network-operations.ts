import { pageOf } from '../protocols/page.ts';
import { parseInput } from '../protocols/operation.ts';
import type { QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, type Xml } from '../protocols/xml.ts';
import { filtered, filtersIn, tagTexts, textsIn, type TextsOf } from './filter.ts';
import { pageInput, treeOf } from './form-input.ts';
import type { Network, SecurityGroup, Subnet } from './network.ts';
import { tagItems } from './render.ts';

const subnetTexts: TextsOf<Subnet> = (subnet, name) => {
  switch (name) {
    case 'subnet-id':
      return [subnet.id];
    case 'vpc-id':
      return [subnet.vpcId];
    case 'availability-zone':
      return [subnet.availabilityZone];
    case 'cidr-block':
      return [subnet.cidr];
    case 'default-for-az':
      return [String(subnet.isDefault)];
    case 'state':
      return ['available'];
    default:
      return tagTexts(subnet.tags, name);
  }
};

const groupTexts: TextsOf<SecurityGroup> = (group, name) => {
  switch (name) {
    case 'group-id':
      return [group.id];
    case 'group-name':
      return [group.name];
    case 'vpc-id':
      return [group.vpcId];
    case 'description':
      return [group.description];
    default:
      return tagTexts(group.tags, name);
  }
};

/** A subnet keeps five addresses for AWS. */
const freeAddresses = ({ cidr }: Subnet): number => 2 ** (32 - Number(cidr.split('/')[1])) - 5;

const subnetItem =
  ({ account, region }: Network['place']) =>
  (subnet: Subnet): Xml =>
    element('item', [
      element('subnetId', subnet.id),
      element('subnetArn', `arn:aws:ec2:${region}:${account}:subnet/${subnet.id}`),
      element('state', 'available'),
      element('ownerId', account),
      element('vpcId', subnet.vpcId),
      element('cidrBlock', subnet.cidr),
      element('availableIpAddressCount', freeAddresses(subnet)),
      element('availabilityZone', subnet.availabilityZone),
      element('defaultForAz', subnet.isDefault),
      element('mapPublicIpOnLaunch', subnet.isDefault),
      element('assignIpv6AddressOnCreation', false),
      element('tagSet', tagItems(subnet.tags)),
    ]);

const allTraffic = (inner: readonly Xml[]): readonly Xml[] => [
  element('item', [element('ipProtocol', '-1'), ...inner]),
];

const groupItem =
  ({ account, region }: Network['place']) =>
  (group: SecurityGroup): Xml =>
    element('item', [
      element('ownerId', account),
      element('groupId', group.id),
      element('securityGroupArn', `arn:aws:ec2:${region}:${account}:security-group/${group.id}`),
      element('groupName', group.name),
      element('groupDescription', group.description),
      element('vpcId', group.vpcId),
      element('ipPermissions', []),
      element(
        'ipPermissionsEgress',
        allTraffic([element('ipRanges', [element('item', [element('cidrIp', '0.0.0.0/0')])])]),
      ),
      element('tagSet', tagItems(group.tags)),
    ]);

/** An operation that lists a kind of resource by ids, filters and pages. */
const describing =
  <T extends { readonly id: string }>(of: {
    readonly all: readonly T[];
    readonly textsOf: TextsOf<T>;
    readonly itemOf: (item: T) => Xml;
    readonly idParameter: string;
    readonly notFoundCode: string;
    readonly noun: string;
    readonly set: string;
  }): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const { MaxResults = 1_000, NextToken } = parseInput(pageInput, form);
    const ids = textsIn(tree[of.idParameter]);
    const unknown = ids.find((id) => !of.all.some((item) => item.id === id));
    if (unknown !== undefined)
      throw new ServiceError(of.notFoundCode, `The ${of.noun} '${unknown}' does not exist`);
    const wanted = of.all.filter(({ id }) => ids.length === 0 || ids.includes(id));
    const { items, nextToken } = pageOf(filtered(wanted, filtersIn(tree), of.textsOf), MaxResults, NextToken);
    return [element(of.set, items.map(of.itemOf)), element('nextToken', nextToken)];
  };

/** What people look up before they choose where a server is launched. */
export const networkOperations = (network: Network): Readonly<Record<string, QueryOperation>> => ({
  DescribeSubnets: describing({
    all: network.subnets,
    textsOf: subnetTexts,
    itemOf: subnetItem(network.place),
    ...{ idParameter: 'SubnetId', notFoundCode: 'InvalidSubnetID.NotFound' },
    ...{ noun: 'subnet ID', set: 'subnetSet' },
  }),
  DescribeSecurityGroups: describing({
    all: network.securityGroups,
    textsOf: groupTexts,
    itemOf: groupItem(network.place),
    ...{ idParameter: 'GroupId', notFoundCode: 'InvalidGroup.NotFound' },
    ...{ noun: 'security group', set: 'securityGroupInfo' },
  }),
});
