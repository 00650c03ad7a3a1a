import {
  CreateLaunchConfigurationTemplateCommand,
  GetLaunchConfigurationCommand,
  StartReplicationCommand,
  type SourceServer,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../contracts/plan.ts';
import type { RecoveredServer } from '../../../../services/core/domain/failback/recovered-server.ts';
import { readWaysHome } from '../../../../services/core/readiness/ways-home.ts';
import {
  account,
  origin,
  recovery,
  type RegionsOptions,
  tiers,
  twoRegions,
} from '../../../infra/simulated-aws/cloud/two-regions.ts';
import { regionPorts } from '../../../support/region-ports.ts';

const away: Target = { account, region: recovery };
const home: Target = { account, region: origin };

const [tier] = tiers;

/** One tier that was recovered, and a look at where it is on its way home. */
const recovered = async (options: RegionsOptions = {}) => {
  const regions = twoRegions(options);
  await regions.away.launch([tier.id]);
  await regions.minutes(30);
  await regions.home.call('StopInstances', { 'InstanceId.1': tier.machine });
  const [record] = await regions.away.instances();
  const machine = record?.recoveryInstanceID ?? '';
  const server: RecoveredServer = {
    ...{ waveId: 'db', target: away, sourceServerId: tier.id, name: tier.name, instanceId: machine },
  };
  const look = async () => {
    const { servers, faults } = await readWaysHome(regionPorts(regions), [server]);
    expect(faults).toEqual([]);
    return servers[0]!;
  };
  /** Does what the look says comes next. */
  const goOn = async () => {
    const { next } = await look();
    if (next === undefined) throw new Error('There is no call that comes next.');
    const region = next.where === 'home' ? regions.home : regions.away;
    const calls = {
      ReverseReplication: () => region.reverse(next.id),
      StartRecovery: () => region.launch([next.id]),
      StopReplication: () => region.stopReplication(next.id),
      TerminateRecoveryInstances: () => region.terminate([next.id]),
      DeleteRecoveryInstance: () => region.deleteRecord(next.id),
      DisconnectSourceServer: () => region.disconnect(next.id),
      DeleteSourceServer: () => region.deleteServer(next.id),
    };
    await calls[next.operation]();
    return next.operation;
  };
  return { regions, machine, server, look, goOn };
};

/** Follows each call that comes next to the end, and gives what was done and what was seen on the way. */
const wholeWay = async ({ regions, look, goOn }: Awaited<ReturnType<typeof recovered>>) => {
  const seen: string[] = [];
  for (let step = 0; step < 60; step++) {
    const { stage, next } = await look();
    if (seen.at(-1) !== stage) seen.push(stage);
    if (stage === 'HOME' || stage === 'UNCLEAR') break;
    if (next !== undefined) seen.push(`→ ${await goOn()}`);
    await regions.clock.advance(20_000);
  }
  return seen;
};

const stagesAndCalls = [
  ...['AWAY', '→ ReverseReplication', 'SYNCING', 'READY', '→ StartRecovery', 'LAUNCHING', 'LAUNCHED'],
  ...['→ ReverseReplication', 'REPROTECTING', 'PROTECTED', '→ StopReplication', 'RETIRING'],
  ...['→ TerminateRecoveryInstances', 'RETIRING', '→ DeleteRecoveryInstance', 'RETIRING'],
  ...['→ DisconnectSourceServer', 'RETIRING', '→ DeleteSourceServer', 'HOME'],
];

describe('the way home of a server', () => {
  it('is followed to its end by the call that each look says comes next', async () => {
    const tried = await recovered({ drs: { timings: { conversionSeconds: 60, launchSeconds: 60 } } });
    const done = await wholeWay(tried);
    expect(done).toEqual(stagesAndCalls);
    expect(await tried.look()).toMatchObject({ stage: 'HOME', obstacles: [], machineAway: tried.machine });
    expect(await tried.regions.home.servers()).toEqual([]);
  });

  it('is the same where the launch goes into the original machine, whose id stood there before', async () => {
    const tried = await recovered();
    await tried.regions.home.drs.send(
      new CreateLaunchConfigurationTemplateCommand({
        ...{ launchIntoSourceInstance: true, copyTags: false, copyPrivateIp: false },
      }),
    );
    await tried.goOn();
    await tried.regions.minutes(10);
    await tried.goOn();
    await tried.regions.minutes(30);
    expect(await tried.look()).toMatchObject({ stage: 'LAUNCHED', machineAtHome: tier.machine });
    const done = await wholeWay(tried);
    expect(done.at(-1)).toBe('HOME');
    expect(done).toContain('REPROTECTING');
    expect(await tried.regions.home.stateOf(tier.machine)).toBe('running');
  });

  it('tells how many bytes are there, when the rest is expected, and what both places have', async () => {
    const tried = await recovered({
      drs: { replicationMibPerSecond: 64 },
      server: { disks: [{ deviceName: '/dev/sda1', gib: 32 }] },
    });
    await tried.goOn();
    expect((await tried.look()).stage).toBe('REVERSING');
    await tried.regions.clock.advance(5_000 + 256_000);
    const gib = 1024 ** 3;
    const look = await tried.look();
    expect(look).toMatchObject({
      ...{ stage: 'SYNCING', machineAway: tried.machine, away, home },
      progress: { doneBytes: 16 * gib, totalBytes: 32 * gib },
      reversedId: expect.stringMatching(/^s-/),
    });
    expect(look.progress?.etaAt).toBeCloseTo(tried.regions.clock.now() + 256_000, -4);
  });
});

describe('what is in the way', () => {
  it('is a machine without a profile, or one that does not run', async () => {
    const { regions, machine, look } = await recovered();
    expect((await look()).obstacles).toEqual([
      {
        level: 'warning',
        message: `${machine} has no instance profile; its agent needs one with AWSElasticDisasterRecoveryRecoveryInstancePolicy`,
      },
    ]);
    await regions.away.call('StopInstances', { 'InstanceId.1': machine });
    expect((await look()).obstacles).toContainEqual({
      level: 'error',
      message: `${machine} is STOPPED; its agent replicates only while it runs: start it`,
    });
  });

  it('is a launch template without network or profile, until people have completed it', async () => {
    const { regions, look, goOn } = await recovered();
    await goOn();
    await regions.minutes(10);
    const { reversedId = '', obstacles } = await look();
    expect(obstacles).toMatchObject([
      {
        level: 'warning',
        message: expect.stringContaining(
          `the launch template of ${reversedId} has no subnet, security group, instance profile`,
        ),
      },
    ]);
    const { ec2LaunchTemplateID: LaunchTemplateId = '' } = await regions.home.drs.send(
      new GetLaunchConfigurationCommand({ sourceServerID: reversedId }),
    );
    await regions.home.call('CreateLaunchTemplateVersion', {
      LaunchTemplateId,
      'LaunchTemplateData.NetworkInterface.1.DeviceIndex': '0',
      'LaunchTemplateData.NetworkInterface.1.SubnetId': 'subnet-0123456789abcdef0',
      'LaunchTemplateData.NetworkInterface.1.SecurityGroupId.1': 'sg-0123456789abcdef0',
      'LaunchTemplateData.IamInstanceProfile.Name': 'Recovery',
    });
    await regions.home.call('ModifyLaunchTemplate', { LaunchTemplateId, SetDefaultVersion: '$Latest' });
    expect(await look()).toMatchObject({ stage: 'READY', obstacles: [] });
  });

  it('is a machine of origin that runs where it is launched into, at the launch and not before', async () => {
    const { regions, look, goOn } = await recovered();
    await regions.home.drs.send(
      new CreateLaunchConfigurationTemplateCommand({
        ...{ launchIntoSourceInstance: true, copyTags: false, copyPrivateIp: false },
      }),
    );
    await goOn();
    await regions.home.call('StartInstances', { 'InstanceId.1': tier.machine });
    const stops = {
      message: expect.stringContaining(`launched into ${tier.machine}: it is RUNNING; stop it`),
    };
    expect(await look()).toMatchObject({ stage: 'REVERSING', obstacles: [{ ...stops, level: 'warning' }] });
    await regions.minutes(10);
    expect(await look()).toMatchObject({ stage: 'READY', obstacles: [{ ...stops, level: 'error' }] });
  });

  it('is a server that is left from an earlier failback, which DRS names although it is of another machine', async () => {
    const tried = await recovered();
    await tried.goOn();
    const { reversedId = '' } = await tried.look();
    await tried.regions.home.stopReplication(reversedId);
    expect(await tried.look()).toMatchObject({
      stage: 'UNCLEAR',
      obstacles: [
        { level: 'error', message: expect.stringContaining('is STOPPED, and nothing was launched') },
      ],
    });
    // Another recovery of the server makes another machine, of which that server knows nothing.
    await tried.regions.away.launch([tier.id]);
    await tried.regions.minutes(30);
    const machine = (await tried.regions.away.instances())[0]?.recoveryInstanceID ?? '';
    const { servers } = await readWaysHome(regionPorts(tried.regions), [
      { ...tried.server, instanceId: machine },
    ]);
    expect(servers).toMatchObject([
      {
        stage: 'AWAY',
        obstacles: [{ level: 'warning' }, { level: 'error', message: expect.stringContaining(reversedId) }],
      },
    ]);
  });

  it('is a replication that is stuck, with the error that DRS has for it', async () => {
    const { regions, look, goOn } = await recovered({
      drs: { initiationFailsAt: 'AUTHENTICATE_WITH_SERVICE' },
    });
    await goOn();
    await regions.minutes(10);
    const { stage, obstacles, next } = await look();
    expect([stage, next]).toEqual(['REVERSING', undefined]);
    expect(obstacles).toContainEqual({
      level: 'warning',
      message: 'replication is INITIATING: FAILED_TO_AUTHENTICATE_WITH_SERVICE',
    });
  });

  it('is an end of the reversed replication before the machine at home is protected', async () => {
    const { regions, look, goOn } = await recovered();
    await goOn();
    await regions.minutes(10);
    await goOn();
    await regions.minutes(30);
    const { reversedId = '' } = await look();
    await regions.home.stopReplication(reversedId);
    expect(await look()).toMatchObject({ stage: 'UNCLEAR' });
    expect((await look()).next).toBeUndefined();
    await regions.home.drs.send(new StartReplicationCommand({ sourceServerID: reversedId }));
    expect((await look()).stage).toBe('LAUNCHED');
  });

  it('is told to be unknown where EC2 or the launch template may not be asked', async () => {
    const { regions, server, goOn } = await recovered();
    await goOn();
    await regions.minutes(10);
    const ports = regionPorts(regions);
    const deny = () => Promise.reject(Object.assign(new Error('no'), { name: 'UnauthorizedOperation' }));
    const denied = {
      ...ports,
      homeward: { ...ports.homeward, launchSettings: deny },
      recovery: { ...ports.recovery, describeMachines: deny },
    };
    const { servers, faults } = await readWaysHome(denied, [server]);
    expect(faults).toEqual([]);
    expect(servers[0]?.stage).toBe('READY');
    expect(servers[0]?.obstacles).toEqual([
      {
        level: 'warning',
        message: `EC2 in ${account}/${recovery} cannot be read: UnauthorizedOperation: no`,
      },
      {
        level: 'warning',
        message: `the launch template of ${servers[0]?.reversedId} cannot be read: UnauthorizedOperation: no`,
      },
    ]);
  });

  it('is a place that cannot be read: a fault, beside which the others are told', async () => {
    const { regions, server } = await recovered();
    const elsewhere = { ...server, target: { account: '444455556666', region: 'eu-north-1' } };
    const ports = regionPorts(regions);
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    const homeward = {
      ...ports.homeward,
      servers: (target: Target) =>
        target.region === 'eu-north-1' ? Promise.reject(denied) : ports.homeward.servers(target),
    };
    const { servers, faults } = await readWaysHome({ ...ports, homeward }, [elsewhere, server]);
    expect(servers).toMatchObject([{ stage: 'AWAY' }]);
    expect(faults).toMatchObject([
      { message: '444455556666/eu-north-1 cannot be read: AccessDeniedException: no' },
    ]);
  });
});

describe('a failback drill', () => {
  it('is told apart from a launch in earnest, and only what it launched comes next', async () => {
    const { regions, look, goOn } = await recovered();
    await goOn();
    await regions.minutes(10);
    const { reversedId = '' } = await look();
    await regions.home.launch([reversedId], true);
    await regions.minutes(30);
    const there = await look();
    expect(there).toMatchObject({ stage: 'LAUNCHED', isDrill: true });
    // DRS ends no machine of a server that replicates: a drill ends with its launch, not with its replication.
    expect(there.next).toEqual({
      ...{ operation: 'TerminateRecoveryInstances', where: 'home', id: there.machineAtHome },
    });
    await goOn();
    await regions.minutes(10);
    expect((await look()).stage).toBe('READY');
  });
});

describe('a machine that was there before', () => {
  it('is not ended with a drill at home, and the look says what to do instead', async () => {
    const { regions, look, goOn } = await recovered();
    await regions.home.drs.send(
      new CreateLaunchConfigurationTemplateCommand({
        ...{ launchIntoSourceInstance: true, copyTags: false, copyPrivateIp: false },
      }),
    );
    await goOn();
    await regions.minutes(10);
    await regions.home.launch([(await look()).reversedId ?? ''], true);
    await regions.minutes(30);
    const there = await look();
    expect(there).toMatchObject({ stage: 'LAUNCHED', isDrill: true, machineAtHome: tier.machine });
    expect(there.next).toBeUndefined();
    expect(there.obstacles).toMatchObject([{ message: expect.stringContaining('never terminate it') }]);
  });

  it('loses its record in the place of the recovery, where that was launched into a standby', async () => {
    const standby = 'i-000000000000000aa';
    const regions = twoRegions({
      server: { launchIntoInstance: standby, copyTags: false, copyPrivateIp: false },
      standby,
    });
    await regions.away.launch([tier.id]);
    await regions.minutes(30);
    const server = {
      ...{ waveId: 'db', target: away, sourceServerId: tier.id, name: 'db-1' },
      instanceId: standby,
    };
    const look = async () => (await readWaysHome(regionPorts(regions), [server])).servers[0]!;
    await regions.away.reverse(standby);
    await regions.minutes(10);
    const { reversedId = '' } = await look();
    await regions.home.launch([reversedId]);
    await regions.minutes(30);
    await regions.home.reverse((await look()).machineAtHome ?? '');
    await regions.minutes(10);
    await regions.home.stopReplication(reversedId);
    expect((await look()).next).toEqual({ operation: 'DeleteRecoveryInstance', where: 'away', id: standby });
    await regions.away.deleteRecord(standby);
    expect((await look()).next).toMatchObject({ operation: 'DeleteRecoveryInstance', where: 'home' });
    expect(await regions.away.stateOf(standby)).toBe('running');
  });
});

describe('a server that is not of AWS', () => {
  it('comes home by people, as DRS says how far they are', async () => {
    const { regions, look } = await recovered({
      server: { origin: undefined },
      drs: { failback: { clientBootsAfterSeconds: 40 * 60 } },
    });
    expect(await look()).toMatchObject({ stage: 'UNCLEAR' });
    const why = async () => (await look()).why;
    expect(await why()).toMatch(/boots: FAILBACK_NOT_STARTED$/);
    await regions.minutes(25);
    expect(await why()).toMatch(/boots: FAILBACK_READY_FOR_LAUNCH$/);
    const server: SourceServer | undefined = (await regions.away.servers())[0];
    expect(server?.sourceCloudProperties).toBeUndefined();
  });
});
