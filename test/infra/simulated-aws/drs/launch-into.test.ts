import {
  ConflictException,
  DescribeJobsCommand,
  DescribeRecoveryInstancesCommand,
  UpdateLaunchConfigurationCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { emptyEc2, type ExistingInstance } from '../../../../infra/simulated-aws/drs/world.ts';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

const standby = 'i-000000000000000aa';
const fits: ExistingInstance = {
  state: 'STOPPED',
  tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' },
  platform: 'linux',
  architecture: 'x86_64',
  virtualizationType: 'hvm',
  rootDeviceType: 'ebs',
  bootMode: 'legacy-bios',
  privateIp: '10.9.0.4',
  availabilityZone: 'eu-west-1a',
};
const into = { copyTags: false, copyPrivateIp: false, launchIntoInstance: standby };

/** Two servers, of which the first, and others as told, are launched into the standby. */
const intoFixture = (machine: Partial<ExistingInstance> = {}, first: object = {}, second = {}) =>
  drsFixture(
    {
      ...steady,
      servers: [
        { name: 'web-1', id: web1, ...into, ...first },
        { name: 'web-2', id: web2, ...second },
      ],
    },
    {
      ec2: {
        ...emptyEc2,
        existing: (id) => (id === standby ? { ...fits, ...machine } : undefined),
      },
    },
  );

describe('a launch into an instance that exists', () => {
  it('launches that instance, and no other', async () => {
    const { client, clock, drill } = intoFixture();
    const { jobID } = await drill(web1);
    await clock.advance(1_200 * secondMs);
    const { items = [] } = await client.send(new DescribeRecoveryInstancesCommand({ filters: {} }));
    expect(items).toMatchObject([
      { sourceServerID: web1, jobID, ec2InstanceID: standby, ec2InstanceState: 'RUNNING' },
    ]);
  });

  it.each([
    ['is not tagged for launching into it', { tags: {} }],
    ['is not tagged for launching into it', { tags: { AWSDRS: 'allowlaunchingintothisinstance' } }],
    ['is not stopped', { state: 'RUNNING' as const }],
    ['is of the platform windows', { platform: 'windows' as const }],
    ['is of the architecture arm64', { architecture: 'arm64' }],
    ['has the virtualization paravirtual', { virtualizationType: 'paravirtual' }],
    ['has a root device of instance-store', { rootDeviceType: 'instance-store' }],
    ['boots by uefi', { bootMode: 'uefi' }],
  ])('is a conflict where it %s', async (what, machine) => {
    const { client, drill } = intoFixture(machine);
    const error = await drill(web2, web1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConflictException);
    expect(error).toMatchObject({
      ...{ message: `Instance ${standby} ${what}`, $metadata: { httpStatusCode: 409 } },
      ...{ resourceId: web1, resourceType: 'SOURCE_SERVER' },
    });
    // The whole call is refused.
    expect((await client.send(new DescribeJobsCommand({ filters: {} }))).items).toEqual([]);
  });

  it.each([
    ['cannot take over the private IP', { copyPrivateIp: true }],
    ['cannot take over the tags of the server', { copyTags: true }],
  ])('is a conflict where it %s', async (what, first) => {
    await expect(intoFixture({}, first).drill(web1)).rejects.toThrow(`Instance ${standby} ${what}`);
  });

  it('is a conflict where the instance does not exist, or another server of the call goes into it', async () => {
    const none = drsFixture({ ...steady, servers: [{ name: 'web-1', id: web1, ...into }] });
    await expect(none.drill(web1)).rejects.toThrow(`Instance ${standby} does not exist`);
    const shared = intoFixture({}, {}, into);
    await expect(shared.drill(web1, web2)).rejects.toThrow('is launched into by another server');
    await expect(shared.drill(web1)).resolves.toBeDefined();
  });

  it('takes a Windows server into a machine of Windows, however that boots', async () => {
    const machine = { platform: 'windows' as const, bootMode: 'uefi' };
    const windows = { os: 'Microsoft Windows Server 2022' };
    await expect(intoFixture(machine, windows).drill(web1)).resolves.toBeDefined();
  });

  it('is no longer one once the launch configuration names none', async () => {
    const { client, drill } = intoFixture({ state: 'RUNNING' });
    const launchIntoInstanceProperties = { launchIntoEC2InstanceID: '' };
    await client.send(
      new UpdateLaunchConfigurationCommand({ sourceServerID: web1, launchIntoInstanceProperties }),
    );
    await expect(drill(web1)).resolves.toBeDefined();
  });

  it('needs the machine to be stopped again after the launch before', async () => {
    const { clock, drill } = intoFixture();
    await drill(web1);
    await clock.advance(1_200 * secondMs);
    await expect(drill(web1)).rejects.toThrow(`Instance ${standby} is not stopped`);
  });
});
