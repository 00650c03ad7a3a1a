import {
  DescribeSourceServersCommand,
  DrsClient,
  GetLaunchConfigurationCommand,
  StartRecoveryCommand,
  UpdateLaunchConfigurationCommand,
} from '@aws-sdk/client-drs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import { createJournals } from '../../../../infra/simulated-aws/state/journals.ts';
import {
  createRecoveryServices,
  type RecoveryServices,
} from '../../../../infra/simulated-aws/cloud/recovery-services.ts';
import { ssmScenario } from '../../../../infra/simulated-aws/ssm/scenario.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';
import { startAt, steady, web1, web2 } from '../drs/fixture.ts';

const subnetId = 'subnet-0123456789abcdef0';
const groupId = 'sg-0123456789abcdef0';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'place-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const placeFixture = () => {
  const clock = createManualClock(startAt);
  const journals = createJournals(folder, () => undefined);
  const place: RecoveryServices = createRecoveryServices({
    ...{ account: '111122223333', region: 'eu-west-1', clock, random: seededRandom(7), journals },
    scenario: {
      drs: parseDrsScenario(steady),
      ssm: ssmScenario.parse({}),
      ec2: ec2Scenario.parse({
        subnets: [{ id: subnetId, zone: 'c' }],
        securityGroups: [{ id: groupId, name: 'web' }],
      }),
    },
    emit: () => undefined,
    beside: () => undefined,
    peer: () => place.drs,
  });
  const drs = new DrsClient(clientOptions(place.drs.service));
  const ec2 = place.services.find(({ signingName }) => signingName === 'ec2')!;
  const call = async (Action: string, form: Record<string, string> = {}) => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15', ...form }).toString();
    return (await ec2.handle({ method: 'POST', path: '/', query: {}, headers: {}, body })).body;
  };
  const templateOf = async (sourceServerID: string) =>
    (await drs.send(new GetLaunchConfigurationCommand({ sourceServerID }))).ec2LaunchTemplateID ?? '';
  return { clock, drs, call, templateOf, place };
};

const textOf = (name: string, body: string): string | undefined =>
  new RegExp(`<${name}>(.*?)</${name}>`).exec(body)?.[1];
const all = (name: string, body: string): readonly string[] =>
  [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'g'))].map(([, text]) => text!);

const changed = {
  'LaunchTemplateData.InstanceType': 'r6i.2xlarge',
  'LaunchTemplateData.NetworkInterface.1.DeviceIndex': '0',
  'LaunchTemplateData.NetworkInterface.1.SubnetId': subnetId,
  'LaunchTemplateData.NetworkInterface.1.SecurityGroupId.1': groupId,
  'LaunchTemplateData.NetworkInterface.1.PrivateIpAddress': '10.0.0.77',
  'LaunchTemplateData.TagSpecification.1.ResourceType': 'instance',
  'LaunchTemplateData.TagSpecification.1.Tag.1.Key': 'Cost',
  'LaunchTemplateData.TagSpecification.1.Tag.1.Value': 'DR',
};

describe('the launch template of a source server', () => {
  it('is named by its launch configuration, and is there once for every server', async () => {
    const { call, templateOf } = placeFixture();
    const ids = [await templateOf(web1), await templateOf(web2)];
    expect(all('launchTemplateId', await call('DescribeLaunchTemplates'))).toEqual(ids);
    const filter = {
      'Filter.1.Name': 'tag:AWSElasticDisasterRecoverySourceServerID',
      'Filter.1.Value.1': web2,
    };
    expect(all('launchTemplateId', await call('DescribeLaunchTemplates', filter))).toEqual([ids[1]]);
    const versions = await call('DescribeLaunchTemplateVersions', { LaunchTemplateId: ids[0]! });
    expect(all('versionNumber', versions)).toEqual(['1']);
    expect(versions).toContain('<instanceType>m5.large</instanceType>');
    expect(versions).not.toContain('<subnetId>');
  });

  it('gets versions, starting from another, and a default among them, which outlive a restart', async () => {
    const first = placeFixture();
    const LaunchTemplateId = await first.templateOf(web1);
    await first.call('CreateLaunchTemplateVersion', { LaunchTemplateId, ...changed });
    const body = await first.call('CreateLaunchTemplateVersion', {
      ...{ LaunchTemplateId, SourceVersion: '2', VersionDescription: 'smaller' },
      'LaunchTemplateData.InstanceType': 't3.small',
    });
    expect(body).toContain(
      '<versionNumber>3</versionNumber><versionDescription>smaller</versionDescription>',
    );
    expect(body).toContain('<instanceType>t3.small</instanceType>');
    expect(body).toContain(`<subnetId>${subnetId}</subnetId>`);
    expect(body).toContain(`<groupSet><groupId>${groupId}</groupId></groupSet>`);
    expect(body).toContain('<tagSet><item><key>Cost</key><value>DR</value></item></tagSet>');
    const modified = await first.call('ModifyLaunchTemplate', { LaunchTemplateId, SetDefaultVersion: '2' });
    expect(textOf('defaultVersionNumber', modified)).toBe('2');
    const versionsOf = async (form: Record<string, string>) =>
      all('versionNumber', await first.call('DescribeLaunchTemplateVersions', { LaunchTemplateId, ...form }));
    expect(await versionsOf({})).toEqual(['3', '2', '1']);
    expect(await versionsOf({ 'LaunchTemplateVersion.1': '$Default' })).toEqual(['2']);
    expect(await versionsOf({ 'LaunchTemplateVersion.1': '$Latest' })).toEqual(['3']);
    expect(await versionsOf({ MinVersion: '2', MaxVersion: '2' })).toEqual(['2']);
    const second = placeFixture();
    const after = await second.call('DescribeLaunchTemplates', { 'LaunchTemplateId.1': LaunchTemplateId });
    expect([textOf('defaultVersionNumber', after), textOf('latestVersionNumber', after)]).toEqual(['2', '3']);
  });

  it('decides where and with which tags the server is launched, and as what where right-sizing is off', async () => {
    const { clock, drs, call, templateOf } = placeFixture();
    for (const sourceServerID of [web1, web2]) {
      const LaunchTemplateId = await templateOf(sourceServerID);
      await call('CreateLaunchTemplateVersion', { LaunchTemplateId, ...changed });
      // A version that is not the default does nothing.
      if (sourceServerID === web1)
        await call('ModifyLaunchTemplate', { LaunchTemplateId, SetDefaultVersion: '$Latest' });
    }
    await drs.send(
      new UpdateLaunchConfigurationCommand({
        sourceServerID: web1,
        targetInstanceTypeRightSizingMethod: 'NONE',
      }),
    );
    const sourceServers = [{ sourceServerID: web1 }, { sourceServerID: web2 }];
    await drs.send(new StartRecoveryCommand({ isDrill: true, sourceServers }));
    await clock.advance(900_000);
    const { items = [] } = await drs.send(new DescribeSourceServersCommand({}));
    const shown = async (at: number) =>
      call('DescribeInstances', { 'InstanceId.1': items[at]?.recoveryInstanceId ?? '' });
    const first = await shown(0);
    expect(textOf('instanceType', first)).toBe('r6i.2xlarge');
    expect(textOf('subnetId', first)).toBe(subnetId);
    expect(textOf('availabilityZone', first)).toBe('eu-west-1c');
    expect(textOf('privateIpAddress', first)).toBe('10.0.0.77');
    expect(textOf('groupId', first)).toBe(groupId);
    expect(textOf('imageId', first)).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(first).toContain('<key>Cost</key><value>DR</value>');
    const second = await shown(1);
    expect(textOf('instanceType', second)).toBe('m5.large');
    expect(textOf('subnetId', second)).not.toBe(subnetId);
    expect(second).not.toContain('Cost');
  });

  it.each([
    ['DescribeLaunchTemplates', { 'LaunchTemplateId.1': 'web' }, 'InvalidLaunchTemplateId.Malformed'],
    ['DescribeLaunchTemplates', { 'LaunchTemplateId.1': 'lt-00000000' }, 'InvalidLaunchTemplateId.NotFound'],
    [
      'DescribeLaunchTemplates',
      { 'LaunchTemplateName.1': 'x' },
      'InvalidLaunchTemplateName.NotFoundException',
    ],
    ['DescribeLaunchTemplateVersions', {}, 'MissingParameter'],
    [
      'DescribeLaunchTemplateVersions',
      { LaunchTemplateId: 'lt-00000000', LaunchTemplateName: 'x' },
      'InvalidParameterCombination',
    ],
    ['CreateLaunchTemplateVersion', { LaunchTemplateId: 'lt-00000000' }, 'MissingParameter'],
    ['ModifyLaunchTemplate', { SetDefaultVersion: '1' }, 'MissingParameter'],
  ])('%s refuses %j', async (action, form, code) => {
    expect(await placeFixture().call(action, form)).toContain(`<Code>${code}</Code>`);
  });

  it('refuses versions that are not there, and members that no template has', async () => {
    const { call, templateOf } = placeFixture();
    const LaunchTemplateId = await templateOf(web1);
    expect(await call('ModifyLaunchTemplate', { LaunchTemplateId, SetDefaultVersion: '7' })).toContain(
      '<Code>InvalidLaunchTemplateId.VersionNotFound</Code>',
    );
    const version = (member: string, value: string) =>
      call('CreateLaunchTemplateVersion', { LaunchTemplateId, [`LaunchTemplateData.${member}`]: value });
    expect(await version('Instancetype', 't3.small')).toContain('<Code>UnknownParameter</Code>');
    expect(await version('NetworkInterface.1.SubnetId', 'lan')).toContain(
      '<Code>InvalidSubnetID.Malformed</Code>',
    );
    const versions = await call('DescribeLaunchTemplateVersions', { LaunchTemplateId });
    expect(all('versionNumber', versions)).toEqual(['1']);
  });
});
