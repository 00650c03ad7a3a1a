import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createLocalEc2 } from '../../../../infra/simulated-aws/ec2/local-ec2.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { startAt } from '../drs/fixture.ts';
import { seededRandom } from '../random.ts';

const idOf = (digit: number): string => `i-0000000000000000${digit}`;

const scenario = {
  instances: [
    { id: idOf(1), state: 'running', startedSecondsAgo: 60 },
    { id: idOf(2), state: 'running' },
    { id: idOf(3) },
  ],
  subnets: [{ id: 'subnet-0123456789abcdef0', zone: 'b', cidr: '10.1.2.0/24', tags: { Tier: 'recovery' } }],
  securityGroups: [{ id: 'sg-0123456789abcdef0', name: 'web', description: 'Web servers' }],
};

const ec2Fixture = () => {
  const clock = createManualClock(startAt);
  const { service } = createLocalEc2({
    ...{ account: '111122223333', region: 'eu-west-1', random: seededRandom(2), clock },
    journal: openJournal(undefined),
    scenario: ec2Scenario.parse(scenario),
    launched: () => [],
  });
  const call = async (Action: string, form: Record<string, string> = {}) => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15', ...form }).toString();
    return (await service.handle({ method: 'POST', path: '/', query: {}, headers: {}, body })).body;
  };
  return { call, clock };
};

const all = (name: string, body: string): readonly string[] =>
  [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text!);

describe('DescribeSubnets', () => {
  it("lists the default VPC's subnets, one for a zone, and those of the scenario", async () => {
    const { call } = ec2Fixture();
    const body = await call('DescribeSubnets');
    expect(all('availabilityZone', body)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c', 'eu-west-1b']);
    expect(all('availableIpAddressCount', body)).toEqual(['4091', '4091', '4091', '251']);
    expect(all('defaultForAz', body)).toEqual(['true', 'true', 'true', 'false']);
    expect(new Set(all('vpcId', body)).size).toBe(1);
  });

  it.each([
    [{ 'SubnetId.1': 'subnet-0123456789abcdef0' }],
    [{ 'Filter.1.Name': 'tag:Tier', 'Filter.1.Value.1': 'rec*' }],
    [{ 'Filter.1.Name': 'cidr-block', 'Filter.1.Value.1': '10.1.2.0/24' }],
    [{ 'Filter.1.Name': 'default-for-az', 'Filter.1.Value.1': 'false' }],
  ])('finds one by %j', async (form) => {
    const { call } = ec2Fixture();
    expect(all('subnetId', await call('DescribeSubnets', form))).toEqual(['subnet-0123456789abcdef0']);
  });

  it('refuses a subnet that does not exist and a filter that is not simulated', async () => {
    const { call } = ec2Fixture();
    expect(await call('DescribeSubnets', { 'SubnetId.1': 'subnet-00000000' })).toContain(
      '<Code>InvalidSubnetID.NotFound</Code>',
    );
    const filter = { 'Filter.1.Name': 'outpost-arn', 'Filter.1.Value.1': 'x' };
    expect(await call('DescribeSubnets', filter)).toContain('<Code>InvalidParameterValue</Code>');
  });
});

describe('DescribeSecurityGroups', () => {
  it('lists the default group and those of the scenario', async () => {
    const { call } = ec2Fixture();
    expect(all('groupName', await call('DescribeSecurityGroups'))).toEqual(['default', 'web']);
    const filter = { 'Filter.1.Name': 'group-name', 'Filter.1.Value.1': 'w?b' };
    expect(all('groupId', await call('DescribeSecurityGroups', filter))).toEqual(['sg-0123456789abcdef0']);
    expect(await call('DescribeSecurityGroups', { 'GroupId.1': 'sg-00000000' })).toContain(
      '<Code>InvalidGroup.NotFound</Code>',
    );
  });
});

describe('DescribeInstanceStatus', () => {
  const statusesOf = (body: string) =>
    all('instanceStatus', body).map((text) => /<status>(.*?)<\/status>/.exec(text)?.[1]);

  it('is of instances that run, whose checks are initializing for a while', async () => {
    const { call, clock } = ec2Fixture();
    const body = await call('DescribeInstanceStatus');
    expect(all('instanceId', body)).toEqual([idOf(1), idOf(2)]);
    expect(statusesOf(body)).toEqual(['initializing', 'ok']);
    await clock.advance(60_000);
    expect(statusesOf(await call('DescribeInstanceStatus'))).toEqual(['ok', 'ok']);
  });

  it('is of all when they are asked for, and does not apply to one that is stopped', async () => {
    const { call } = ec2Fixture();
    const body = await call('DescribeInstanceStatus', { IncludeAllInstances: 'true' });
    expect(statusesOf(body)).toEqual(['initializing', 'ok', 'not-applicable']);
    expect(all('name', body).filter((name) => name !== 'reachability')).toEqual([
      'running',
      'running',
      'stopped',
    ]);
  });

  it('is found by id and by filter, and refuses what does not exist or go together', async () => {
    const { call } = ec2Fixture();
    const ok = { 'Filter.1.Name': 'instance-status.status', 'Filter.1.Value.1': 'ok' };
    expect(all('instanceId', await call('DescribeInstanceStatus', ok))).toEqual([idOf(2)]);
    const stopped = await call('DescribeInstanceStatus', { 'InstanceId.1': idOf(3) });
    expect(stopped).toContain('<instanceStatusSet></instanceStatusSet>');
    expect(await call('DescribeInstanceStatus', { 'InstanceId.1': idOf(9) })).toContain(
      '<Code>InvalidInstanceID.NotFound</Code>',
    );
    const both = { 'InstanceId.1': idOf(1), MaxResults: '5' };
    expect(await call('DescribeInstanceStatus', both)).toContain('<Code>InvalidParameterCombination</Code>');
  });
});
