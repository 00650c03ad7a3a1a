import type { Target } from '../../../../contracts/plan.ts';
import type { InstanceFacts, Machine, Protection, RecoveryService } from '../recovery-service.ts';
import type { Access, SignedCall } from './signed-call.ts';
import { createEc2Query } from './ec2-query.ts';
import { textAt, type Tree, treesAt } from './xml.ts';

/** EC2: DescribeInstances takes 200 values in a filter. */
const idsMax = 200;

/** Either of these tags names the source server that an instance was launched for. */
const serverTags = ['AWSElasticDisasterRecoverySourceServerID', 'drs.amazonaws.com-source-server'] as const;

/** All but `terminated`, which EC2 shows for about an hour. */
const liveStates = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

const factsOf = (instance: Tree): readonly InstanceFacts[] => {
  const instanceId = textAt(instance, 'instanceId');
  if (instanceId === undefined) return [];
  const privateAddress = textAt(instance, 'privateIpAddress');
  const availabilityZone = textAt(treesAt([instance], 'placement')[0], 'availabilityZone');
  return [
    {
      instanceId,
      ...(privateAddress !== undefined && { privateAddress }),
      ...(availabilityZone !== undefined && { availabilityZone }),
    },
  ];
};

const machineOf = (instance: Tree): readonly Machine[] => {
  const instanceId = textAt(instance, 'instanceId');
  if (instanceId === undefined) return [];
  const launchedAt = Date.parse(textAt(instance, 'launchTime') ?? '');
  const tags = treesAt([instance], 'tagSet', 'item').map(
    (tag) => [textAt(tag, 'key') ?? '', textAt(tag, 'value') ?? ''] as const,
  );
  const architecture = textAt(instance, 'architecture');
  const virtualization = textAt(instance, 'virtualizationType');
  const rootDevice = textAt(instance, 'rootDeviceType');
  const bootMode = textAt(instance, 'currentInstanceBootMode') ?? textAt(instance, 'bootMode');
  const instanceProfile = textAt(treesAt([instance], 'iamInstanceProfile')[0], 'arn');
  return [
    {
      instanceId,
      // A state that cannot be read is not the end of a machine.
      state: (textAt(treesAt([instance], 'instanceState')[0], 'name') ?? 'unknown').toUpperCase(),
      ...(!Number.isNaN(launchedAt) && { launchedAt }),
      tags: Object.fromEntries(tags),
      // EC2 names the platform of Windows only.
      platform: textAt(instance, 'platform')?.toLowerCase() === 'windows' ? 'windows' : 'linux',
      ...(architecture !== undefined && { architecture }),
      ...(virtualization !== undefined && { virtualization }),
      ...(rootDevice !== undefined && { rootDevice }),
      ...(bootMode !== undefined && { bootMode }),
      ...(instanceProfile !== undefined && { instanceProfile }),
    },
  ];
};

interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

const filterFields = ({ name, values }: Filter, at: number): readonly (readonly [string, string])[] => [
  [`Filter.${at + 1}.Name`, name],
  ...values.map((value, index) => [`Filter.${at + 1}.Value.${index + 1}`, value] as const),
];

type Ec2Reads = Pick<
  RecoveryService,
  'describeInstances' | 'describeMachines' | 'describeMachinesOf' | 'describeProtection'
>;

/** The part of EC2 that a recovery reads. */
export const createEc2Instances = (
  call: SignedCall,
  access: (target: Target) => Promise<Access>,
): Ec2Reads => {
  const asked = createEc2Query(call, access);
  /** DescribeInstances, all pages; one may be empty although more follow. */
  const described = async (target: Target, filters: readonly Filter[]): Promise<readonly Tree[]> => {
    const found: Tree[] = [];
    let nextToken: string | undefined;
    do {
      const fields = Object.fromEntries(filters.flatMap(filterFields));
      const response = await asked(target, 'DescribeInstances', {
        ...fields,
        ...(nextToken !== undefined && { NextToken: nextToken }),
      });
      found.push(...treesAt([response], 'reservationSet', 'item', 'instancesSet', 'item'));
      nextToken = textAt(response, 'nextToken');
    } while (nextToken !== undefined);
    return found;
  };
  const inChunks = async (
    values: readonly string[],
    ask: (chunk: readonly string[]) => Promise<readonly Tree[]>,
  ): Promise<readonly Tree[]> => {
    const found: Tree[] = [];
    for (let from = 0; from < values.length; from += idsMax)
      found.push(...(await ask(values.slice(from, from + idsMax))));
    return found;
  };
  /** The ids stand in a filter, since an id that EC2 does not know would fail a call that names it outright. */
  const byId = (target: Target, ids: readonly string[]) =>
    inChunks(ids, (values) => described(target, [{ name: 'instance-id', values }]));
  const protectedBy = async (target: Target, instanceId: string, attribute: string): Promise<boolean> => {
    const fields = { InstanceId: instanceId, Attribute: attribute };
    const response = await asked(target, 'DescribeInstanceAttribute', fields);
    return textAt(treesAt([response], attribute)[0], 'value') === 'true';
  };

  return {
    describeInstances: async (target, ids) => (await byId(target, ids)).flatMap(factsOf),
    describeMachines: async (target, ids) => (await byId(target, ids)).flatMap(machineOf),
    async describeMachinesOf(target, sourceServerIds) {
      const machines = new Map<string, Machine>();
      for (const tag of serverTags) {
        const found = await inChunks(sourceServerIds, (values) =>
          described(target, [
            { name: `tag:${tag}`, values },
            { name: 'instance-state-name', values: liveStates },
          ]),
        );
        for (const machine of found.flatMap(machineOf)) machines.set(machine.instanceId, machine);
      }
      return [...machines.values()];
    },
    async describeProtection(target, instanceId): Promise<Protection> {
      return {
        againstTermination: await protectedBy(target, instanceId, 'disableApiTermination'),
        againstStop: await protectedBy(target, instanceId, 'disableApiStop'),
      };
    },
  };
};
