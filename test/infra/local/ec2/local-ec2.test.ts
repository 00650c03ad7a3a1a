import { describe, expect, it } from 'vitest';
import type { Ec2Instance } from '../../../../infra/local/ec2/instance.ts';
import { createLocalEc2 } from '../../../../infra/local/ec2/local-ec2.ts';
import { ec2Scenario } from '../../../../infra/local/ec2/scenario.ts';
import type { Ec2Record } from '../../../../infra/local/ec2/state.ts';
import { openJournal } from '../../../../infra/local/journal.ts';
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
    ...{ clock: { now: () => startAt }, journal: openJournal<Ec2Record>(undefined) },
    scenario: ec2Scenario.parse({}),
    launched: () => instances,
  });
  return async (form: Record<string, string>) => {
    const body = new URLSearchParams({ Version: '2016-11-15', ...form }).toString();
    return service.handle({ method: 'POST', path: '/', query: {}, headers: {}, body });
  };
};

const idsIn = (body: string): readonly string[] =>
  [...body.matchAll(/<instanceId>(.*?)<\/instanceId>/g)].map(([, id]) => id!);

const Action = 'DescribeInstances';

describe('DescribeInstances', () => {
  it('renders an instance as EC2 does', async () => {
    const call = ec2Fixture(instance(1, { instanceType: 'm5.large', tags: { Name: 'db & co' } }));
    const { statusCode, body } = await call({ Action });
    expect(statusCode).toBe(200);
    expect(body.replace(/<requestId>.*?<\/requestId>/, '')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n' +
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item>' +
        '<reservationId>r-00000000000000001</reservationId><ownerId>111122223333</ownerId><instancesSet><item>' +
        '<instanceId>i-00000000000000001</instanceId>' +
        '<instanceState><code>16</code><name>running</name></instanceState>' +
        '<instanceType>m5.large</instanceType>' +
        '<privateIpAddress>10.0.0.1</privateIpAddress>' +
        '<privateDnsName>ip-10-0-0-1.ec2.internal</privateDnsName>' +
        '<placement><availabilityZone>eu-west-1a</availabilityZone><tenancy>default</tenancy></placement>' +
        '<tagSet><item><key>Name</key><value>db &amp; co</value></item>' +
        '<item><key>AWSElasticDisasterRecoverySourceServerID</key><value>s-00000000000000001</value></item></tagSet>' +
        '</item></instancesSet></item></reservationSet></DescribeInstancesResponse>',
    );
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
