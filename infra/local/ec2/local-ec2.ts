import * as z from 'zod';
import { type Random, uuidFrom } from '../identifiers.ts';
import { type FormTree, listOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { createEc2Service, type QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, type Xml } from '../protocols/xml.ts';
import type { LocalService } from '../wire.ts';
import {
  codeOf,
  type Ec2Instance,
  type InstanceFilter,
  matchesFilters,
  tagsOf,
  unknownFilter,
} from './instance.ts';

export interface LocalEc2Options {
  readonly account: string;
  readonly random: Random;
  /** The instances as they are now, those that DRS launched. */
  readonly instances: () => readonly Ec2Instance[];
}

export interface LocalEc2 {
  readonly service: LocalService;
}

const texts = (tree: string | FormTree | undefined): readonly string[] =>
  listOf(tree).filter((value) => typeof value === 'string');

const filterOf = (tree: string | FormTree): readonly InstanceFilter[] =>
  typeof tree === 'object' && typeof tree['Name'] === 'string'
    ? [{ name: tree['Name'], values: texts(tree['Value']) }]
    : [];

const page = z.object({
  MaxResults: z.coerce.number().int().min(5).max(1000).default(1000),
  NextToken: z.string().optional(),
});

const found = (instances: readonly Ec2Instance[], form: FormTree): readonly Ec2Instance[] => {
  const ids = texts(form['InstanceId']);
  const unknown = ids.find((id) => !instances.some(({ instanceId }) => instanceId === id));
  if (unknown !== undefined)
    throw new ServiceError('InvalidInstanceID.NotFound', `The instance ID '${unknown}' does not exist`);
  const filters = listOf(form['Filter']).flatMap(filterOf);
  const unsimulated = instances
    .map((instance) => unknownFilter(instance, filters))
    .find((name) => name !== undefined);
  if (unsimulated !== undefined)
    throw new ServiceError('InvalidParameterValue', `The filter '${unsimulated}' is not simulated`);
  return instances.filter(
    (instance) =>
      (ids.length === 0 || ids.includes(instance.instanceId)) && matchesFilters(instance, filters),
  );
};

const tagItems = (instance: Ec2Instance): readonly Xml[] =>
  Object.entries(tagsOf(instance)).map(([key, value]) =>
    element('item', [element('key', key), element('value', value)]),
  );

const instanceItem = (instance: Ec2Instance): Xml =>
  element('item', [
    element('instanceId', instance.instanceId),
    element('instanceState', [element('code', codeOf(instance.state)), element('name', instance.state)]),
    element('instanceType', instance.instanceType),
    element('privateIpAddress', instance.privateIpAddress),
    element('privateDnsName', `ip-${instance.privateIpAddress.replaceAll('.', '-')}.ec2.internal`),
    element('placement', [
      element('availabilityZone', instance.availabilityZone),
      element('tenancy', 'default'),
    ]),
    element('tagSet', tagItems(instance)),
  ]);

const describeInstances =
  ({ account, instances }: LocalEc2Options): QueryOperation =>
  (form) => {
    const tree = z.custom<FormTree>((value) => typeof value === 'object').parse(form);
    const { MaxResults, NextToken } = parseInput(page, form);
    const { items, nextToken } = pageOf(found(instances(), tree), MaxResults, NextToken);
    const reservations = items.map((instance) =>
      element('item', [
        element('reservationId', instance.instanceId.replace(/^i-/, 'r-')),
        element('ownerId', account),
        element('instancesSet', [instanceItem(instance)]),
      ]),
    );
    return [element('reservationSet', reservations), element('nextToken', nextToken)];
  };

/** EC2 as far as a recovery looks at it: the instances of one account and Region. */
export const createLocalEc2 = (options: LocalEc2Options): LocalEc2 => ({
  service: createEc2Service({
    signingName: 'ec2',
    namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    requestId: () => uuidFrom(options.random),
    operations: { DescribeInstances: describeInstances(options) },
  }),
});
