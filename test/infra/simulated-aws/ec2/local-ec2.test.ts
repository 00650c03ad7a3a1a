import { describe, expect, it } from 'vitest';
import {
  defaultSecurityGroupId,
  defaultSubnetId,
  defaultVpcId,
} from '../../../../infra/simulated-aws/default-network.ts';
import type { Ec2Instance } from '../../../../infra/simulated-aws/ec2/instance.ts';
import { createLocalEc2 } from '../../../../infra/simulated-aws/ec2/local-ec2.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import type { Ec2Record } from '../../../../infra/simulated-aws/ec2/state.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { startAt } from '../drs/fixture.ts';
import { seededRandom } from '../random.ts';

const serverTag = 'AWSElasticDisasterRecoverySourceServerID';

const instance = (digit: number, changes: Partial<Ec2Instance> = {}): Ec2Instance => ({
  instanceId: `i-0000000000000000${digit}`,
  privateIpAddress: `10.0.0.${digit}`,
  availabilityZone: 'eu-west-1a',
  state: 'running',
  ...changes,
  tags: { ...changes.tags, [serverTag]: `s-0000000000000000${digit}` },
});

const ec2Fixture = (...instances: Ec2Instance[]) => {
  const { service } = createLocalEc2({
    ...{ account: '111122223333', region: 'eu-west-1', random: seededRandom(2) },
    ...{
      clock: { now: () => startAt, after: () => () => undefined },
      journal: openJournal<Ec2Record>(undefined),
    },
    scenario: ec2Scenario.parse({}),
    launched: () => instances,
  });
  return async (form: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2016-11-15', ...form }).toString();
    return service.handle({ method: 'POST', path: '/', query: {}, headers: {}, body });
  };
};

const place = { account: '111122223333', region: 'eu-west-1' };
const subnetA = defaultSubnetId(place, 'eu-west-1a');
const vpc = defaultVpcId(place);
const group = defaultSecurityGroupId(place);

const idsIn = (body: string): readonly string[] =>
  [...body.matchAll(/<instanceId>(.*?)<\/instanceId>/g)].map(([, id]) => id!);

const Action = 'DescribeInstances';

describe('DescribeInstances', () => {
  it('renders an instance as EC2 does', async () => {
    const call = ec2Fixture(instance(1, { instanceType: 'm5.large', tags: { Name: 'db & co' } }));
    const { statusCode, body } = await call({ Action });
    expect(statusCode).toBe(200);
    const shown = body
      .replace(/<requestId>.*?<\/requestId>/, '')
      .replace(/(<networkInterfaceSet>).*(<\/networkInterfaceSet>)/, '$1$2');
    expect(shown).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item>' +
        '<reservationId>r-00000000000000001</reservationId><ownerId>111122223333</ownerId><instancesSet><item>' +
        '<instanceId>i-00000000000000001</instanceId>' +
        '<instanceState><code>16</code><name>running</name></instanceState>' +
        '<instanceType>m5.large</instanceType>' +
        '<privateIpAddress>10.0.0.1</privateIpAddress>' +
        '<privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName>' +
        `<subnetId>${subnetA}</subnetId><vpcId>${vpc}</vpcId><networkInterfaceSet></networkInterfaceSet>` +
        `<groupSet><item><groupId>${group}</groupId><groupName>default</groupName></item></groupSet>` +
        '<placement><availabilityZone>eu-west-1a</availabilityZone><tenancy>default</tenancy></placement>' +
        '<tagSet><item><key>Name</key><value>db &amp; co</value></item>' +
        '<item><key>AWSElasticDisasterRecoverySourceServerID</key><value>s-00000000000000001</value></item></tagSet>' +
        '</item></instancesSet></item></reservationSet></DescribeInstancesResponse>',
    );
  });

  it('shows the network interface of an instance, and none of one that is terminated', async () => {
    const subnetId = 'subnet-0123456789abcdef0';
    const securityGroupIds = ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'];
    const call = ec2Fixture(
      instance(1, { subnetId, securityGroupIds, imageId: 'ami-00000000000000001', launchedAt: startAt }),
      instance(2, { state: 'terminated' }),
    );
    const { body } = await call({ Action, 'InstanceId.1': instance(1).instanceId });
    const [inner = ''] = /<networkInterfaceSet>.*<\/networkInterfaceSet>/.exec(body) ?? [];
    expect(inner).toMatch(/<networkInterfaceId>eni-[0-9a-f]{17}<\/networkInterfaceId>/);
    expect(inner).toContain(`<subnetId>${subnetId}</subnetId>`);
    expect(inner).toContain('<privateIpAddress>10.0.0.1</privateIpAddress>');
    for (const id of securityGroupIds) expect(inner).toContain(`<groupId>${id}</groupId>`);
    expect(body).toContain('<imageId>ami-00000000000000001</imageId>');
    expect(body).toContain('<launchTime>2026-11-23T10:00:00.000Z</launchTime>');
    const gone = (await call({ Action, 'InstanceId.1': instance(2).instanceId })).body;
    expect(gone).toContain('<networkInterfaceSet></networkInterfaceSet>');
    expect(gone).not.toContain('<subnetId>');
  });

  it('finds instances by id', async () => {
    const call = ec2Fixture(instance(1), instance(2), instance(3));
    const { body } = await call({
      Action,
      'InstanceId.1': instance(3).instanceId,
      'InstanceId.2': instance(1).instanceId,
    });
    expect(idsIn(body)).toEqual([instance(1).instanceId, instance(3).instanceId]);
  });

  it.each([
    ['instance-state-name', ['running'], [1]],
    ['instance-state-name', ['running', 'stopped'], [1, 2]],
    ['tag:Name', ['db-?'], [2]],
    ['tag:AWSElasticDisasterRecoverySourceServerID', ['s-*1'], [1]],
    ['tag-key', ['Name'], [2]],
    ['private-ip-address', ['10.0.0.2', '10x0x0x1'], [2]],
    ['availability-zone', ['eu-west-1b'], []],
    ['instance-type', ['m5.large'], [2]],
    ['instance-state-code', ['80'], [2]],
    ['vpc-id', [vpc], [1, 2]],
    ['subnet-id', ['subnet-0*'], [1, 2]],
    ['instance.group-id', [group], [1, 2]],
  ])('filters by %s %j', async (name, values, expected) => {
    const call = ec2Fixture(
      instance(1),
      instance(2, { state: 'stopped', instanceType: 'm5.large', tags: { Name: 'db-2' } }),
    );
    const members = values.map((value, index) => [`Filter.1.Value.${index + 1}`, value] as const);
    const { body } = await call({ Action, 'Filter.1.Name': name, ...Object.fromEntries(members) });
    expect(idsIn(body)).toEqual(expected.map((digit) => instance(digit).instanceId));
  });

  it('comes in pages', async () => {
    const call = ec2Fixture(...[1, 2, 3, 4, 5, 6].map((digit) => instance(digit)));
    const first = await call({ Action, MaxResults: '5' });
    const [, token = ''] = /<nextToken>(.*?)<\/nextToken>/.exec(first.body) ?? [];
    const rest = await call({ Action, MaxResults: '5', NextToken: token });
    expect([idsIn(first.body).length, idsIn(rest.body)]).toEqual([5, [instance(6).instanceId]]);
    expect(rest.body).not.toContain('nextToken');
  });

  it.each([
    ['an unknown instance', { Action, 'InstanceId.1': 'i-9' }, 'InvalidInstanceID.NotFound'],
    [
      'a filter that is not simulated',
      { Action, 'Filter.1.Name': 'hibernation', 'Filter.1.Value.1': 'x' },
      'InvalidParameterValue',
    ],
    ['another action', { Action: 'RunInstances' }, 'InvalidAction'],
  ])('refuses %s in the form of EC2', async (_, form, code) => {
    const { statusCode, body } = await ec2Fixture(instance(1))(form);
    expect(statusCode).toBe(400);
    expect(body).toContain(`<Response><Errors><Error><Code>${code}</Code>`);
  });
});
