import type { Target } from '../../../contracts/plan.ts';
import type { InstanceFacts } from '../recovery-service.ts';
import type { Access, SignedCall } from './signed-call.ts';
import { readXml, textAt, type Tree, treesAt } from './xml.ts';

/** EC2: DescribeInstances takes 200 values in a filter. */
const idsMax = 200;

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

/** The ids stand in a filter, since an id that EC2 does not know would fail a call that names it outright. */
const bodyOf = (ids: readonly string[], nextToken: string | undefined): string =>
  new URLSearchParams({
    Action: 'DescribeInstances',
    Version: '2016-11-15',
    'Filter.1.Name': 'instance-id',
    ...Object.fromEntries(ids.map((id, index) => [`Filter.1.Value.${index + 1}`, id])),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  }).toString();

/** EC2: DescribeInstances, all pages. Instances that do not exist are missing from the answer. */
export const createDescribeInstances =
  (call: SignedCall, access: (target: Target) => Promise<Access>) =>
  async (target: Target, instanceIds: readonly string[]): Promise<readonly InstanceFacts[]> => {
    const facts: InstanceFacts[] = [];
    for (let from = 0; from < instanceIds.length; from += idsMax) {
      const ids = instanceIds.slice(from, from + idsMax);
      let nextToken: string | undefined;
      do {
        const body = bodyOf(ids, nextToken);
        const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
        const answer = readXml(await call({ ...(await access(target)), service: 'ec2', headers, body }));
        const [response] = treesAt([answer], 'DescribeInstancesResponse');
        if (response === undefined) throw new Error('EC2 answered DescribeInstances in an unknown form.');
        const instances = treesAt([response], 'reservationSet', 'item', 'instancesSet', 'item');
        facts.push(...instances.flatMap(factsOf));
        nextToken = textAt(response, 'nextToken');
      } while (nextToken !== undefined);
    }
    return facts;
  };
