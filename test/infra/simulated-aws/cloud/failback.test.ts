import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateLaunchConfigurationTemplateCommand,
  GetLaunchConfigurationCommand,
  StartReplicationCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { type Regions, tiers, twoRegions } from './two-regions.ts';

type Region = Regions['home'];

const only = <T>(items: readonly T[]): T => {
  const [item, ...others] = items;
  if (item === undefined || others.length > 0) throw new Error(`${items.length} instead of one`);
  return item;
};

const nameOf = (id: string | undefined): string => tiers.find((tier) => tier.id === id)?.name ?? '';

/** The source server in a Region which a machine feeds. */
const fedBy = async (region: Region, machine: string) =>
  only(
    (await region.servers()).filter(
      ({ sourceProperties }) => sourceProperties?.identificationHints?.awsInstanceID === machine,
    ),
  );

/** All that stands still between two legs: servers with their direction and state, records, and what runs. */
const resting = async ({ home, away }: Regions) => {
  const look = async (region: Region) => ({
    servers: (await region.servers())
      .map(
        ({ tags, replicationDirection, dataReplicationInfo }) =>
          `${tags?.['Name']} ${replicationDirection} ${dataReplicationInfo?.dataReplicationState}`,
      )
      .sort(),
    records: (await region.instances())
      .map(({ tags, ec2InstanceState, isDrill }) => `${tags?.['Name']} ${ec2InstanceState} ${isDrill}`)
      .sort(),
  });
  return { home: await look(home), away: await look(away) };
};

const named = (text: string): readonly string[] => tiers.map(({ name }) => `${name} ${text}`).sort();

const atHome = {
  home: { servers: [], records: [] },
  away: { servers: named('FAILOVER CONTINUOUS'), records: [] },
};

const serverIds = tiers.map(({ id }) => id);

/** The tiers go over: what was replicated is launched away, and what ran at home is stopped. */
const goOver = async (
  regions: Regions,
  machines: readonly string[],
  cycle = 'only',
): Promise<readonly string[]> => {
  const { home, away } = regions;
  for (const [at, machine] of machines.entries()) await home.write(machine, 'marker', `${cycle} out ${at}`);
  await regions.minutes(1);
  await away.launch(serverIds);
  await regions.minutes(30);
  await home.call(
    'StopInstances',
    Object.fromEntries(machines.map((machine, at) => [`InstanceId.${at + 1}`, machine])),
  );
  const records = await away.instances();
  return serverIds.map(
    (id) => only(records.filter(({ sourceServerID }) => sourceServerID === id)).recoveryInstanceID!,
  );
};

/** The tiers come home, as AWS's guide has it: reverse, launch, protect again, retire. Gives the machines at home. */
const comeHome = async (
  regions: Regions,
  recovered: readonly string[],
  cycle = 'only',
): Promise<readonly string[]> => {
  const { home, away } = regions;
  for (const machine of recovered) await away.reverse(machine);
  await regions.minutes(10);
  const reversed: string[] = [];
  for (const machine of recovered) reversed.push((await fedBy(home, machine)).sourceServerID!);
  for (const [at, machine] of recovered.entries()) await away.write(machine, 'marker', `${cycle} back ${at}`);
  await regions.minutes(1);
  await home.launch(reversed);
  await regions.minutes(30);
  const records = await home.instances();
  const back = reversed.map(
    (id) => only(records.filter(({ sourceServerID }) => sourceServerID === id)).recoveryInstanceID!,
  );
  for (const machine of back) await home.reverse(machine);
  await regions.minutes(10);
  for (const id of reversed) await home.stopReplication(id);
  for (const machine of recovered) await away.stopFailback(machine);
  await away.terminate([...recovered]);
  await regions.minutes(20);
  for (const machine of back) await home.deleteRecord(machine);
  for (const id of reversed) {
    await home.disconnect(id);
    await home.deleteServer(id);
  }
  return back;
};

const markersOf = (region: Region, machines: readonly string[]): Promise<readonly (string | undefined)[]> =>
  Promise.all(machines.map((machine) => region.read(machine, 'marker')));

const markers = (way: string): readonly string[] => tiers.map((_, at) => `${way} ${at}`);

describe('three tiers that go over and come home, twice in a row', () => {
  const first: readonly string[] = tiers.map(({ machine }) => machine);

  it('are new machines with their data each time, and nothing is left of the legs before', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    let machines = first;
    for (const cycle of ['first', 'second']) {
      const recovered = await goOver(regions, machines, cycle);
      expect(await markersOf(away, recovered)).toEqual(markers(`${cycle} out`));
      expect(await resting(regions)).toEqual({
        home: { servers: [], records: [] },
        away: { servers: named('FAILOVER STALLED'), records: named('RUNNING false') },
      });
      const back = await comeHome(regions, recovered, cycle);
      expect(back.filter((machine) => machines.includes(machine))).toEqual([]);
      expect(await markersOf(home, back)).toEqual(markers(`${cycle} back`));
      expect(await resting(regions)).toEqual(atHome);
      for (const machine of recovered) expect(await away.stateOf(machine)).toBe('terminated');
      // The machines that were left at home are people's to end; those that came back run.
      for (const machine of machines) expect(await home.stateOf(machine)).toBe('stopped');
      for (const machine of back) expect(await home.stateOf(machine)).toBe('running');
      machines = back;
    }
  });

  it('are the same machines at home where they are launched into, whose data were exchanged', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    await home.drs.send(
      new CreateLaunchConfigurationTemplateCommand({
        ...{ launchIntoSourceInstance: true, copyTags: false, copyPrivateIp: false },
      }),
    );
    for (const cycle of ['first', 'second']) {
      const recovered = await goOver(regions, first, cycle);
      expect(await markersOf(away, recovered)).toEqual(markers(`${cycle} out`));
      await home.write(first[0]!, 'marker', 'of no use to anybody');
      expect(await comeHome(regions, recovered, cycle)).toEqual(first);
      expect(await markersOf(home, first)).toEqual(markers(`${cycle} back`));
      expect(await resting(regions)).toEqual(atHome);
      for (const machine of first) expect(await home.stateOf(machine)).toBe('running');
    }
  });

  it('go on where they were after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'regions-'));
    let regions = twoRegions({ folder });
    const restarted = () => (regions = twoRegions({ folder, now: regions.clock.now() }));
    const recovered = await goOver(regions, first);
    restarted();
    for (const machine of recovered) await regions.away.reverse(machine);
    restarted();
    await regions.minutes(10);
    expect((await resting(regions)).home.servers).toEqual(named('FAILBACK CONTINUOUS'));
    const again = regions.away.reverse(recovered[0]!);
    await expect(again).rejects.toMatchObject({ name: 'ConflictException' });
    rmSync(folder, { recursive: true });
  });
});

/** One tier that has gone over and is on its way back, with its machine away and the server that it feeds at home. */
const onItsWay = async (regions: Regions, minutes = 10) => {
  const [machine = ''] = await goOver(regions, [tiers[0].machine]);
  await regions.away.reverse(machine);
  await regions.minutes(minutes);
  return { machine, reversed: (await fedBy(regions.home, machine)).sourceServerID! };
};

describe('the way back of a server of EC2', () => {
  it('connects an agent in the documented steps, then copies byte by byte', async () => {
    const regions = twoRegions({
      drs: { replicationMibPerSecond: 64, initiatingSeconds: 110 },
      server: { disks: [{ deviceName: '/dev/sda1', gib: 32 }] },
    });
    const { machine } = await onItsWay(regions, 0);
    const look = async () => (await fedBy(regions.home, machine)).dataReplicationInfo!;
    await regions.clock.advance(45_000);
    const early = await look();
    expect(early.dataReplicationState).toBe('INITIATING');
    expect(early.dataReplicationInitiation?.steps?.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 4 }, () => 'SUCCEEDED'),
      'IN_PROGRESS',
      ...Array.from({ length: 6 }, () => 'NOT_STARTED'),
    ]);
    expect(early.dataReplicationInitiation?.steps?.[4]?.name).toBe('AUTHENTICATE_WITH_SERVICE');
    // 110 s for the agent, then 512 s for 32 GiB at 64 MiB/s.
    await regions.clock.advance(65_000 + 128_000);
    const half = await look();
    expect(half).toMatchObject({
      dataReplicationState: 'INITIAL_SYNC',
      replicatedDisks: [{ totalStorageBytes: 32 * 1024 ** 3, replicatedStorageBytes: 8 * 1024 ** 3 }],
    });
    const eta = Date.parse(half.etaDateTime ?? '') - regions.clock.now();
    expect(eta).toBeGreaterThan(383_000);
    expect(eta).toBeLessThan(385_000);
    const [record] = await regions.away.instances();
    expect(record?.failback?.state).toBe('FAILBACK_IN_PROGRESS');
    expect(record?.dataReplicationInfo?.replicatedDisks?.[0]?.replicatedStorageBytes).toBe(8 * 1024 ** 3);
    await regions.clock.advance(385_000);
    expect(await look()).toMatchObject({ dataReplicationState: 'CONTINUOUS', lagDuration: 'P0D' });
    expect((await look()).etaDateTime).toBeUndefined();
    expect((await regions.away.instances())[0]?.failback?.state).toBe('FAILBACK_READY_FOR_LAUNCH');
  });

  it('gets stuck at a step that fails, and can be launched from nothing', async () => {
    const regions = twoRegions({ drs: { initiationFailsAt: 'AUTHENTICATE_WITH_SERVICE' } });
    const { machine, reversed } = await onItsWay(regions);
    const { dataReplicationInfo } = await fedBy(regions.home, machine);
    expect(dataReplicationInfo).toMatchObject({
      dataReplicationState: 'INITIATING',
      dataReplicationError: { error: 'FAILED_TO_AUTHENTICATE_WITH_SERVICE' },
    });
    expect(dataReplicationInfo?.dataReplicationInitiation?.steps?.slice(3, 6)).toEqual([
      { name: 'BOOT_REPLICATION_SERVER', status: 'SUCCEEDED' },
      { name: 'AUTHENTICATE_WITH_SERVICE', status: 'FAILED' },
      { name: 'DOWNLOAD_REPLICATION_SOFTWARE', status: 'NOT_STARTED' },
    ]);
    await expect(regions.home.launch([reversed])).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('begins once the agent is up, on a machine that runs and has the profile that it needs', async () => {
    const regions = twoRegions({ drs: { failback: { agentSeconds: 45 * 60, instanceProfile: 'NEEDED' } } });
    const { home, away } = regions;
    const [machine = ''] = await goOver(regions, [tiers[0].machine]);
    const refused = { name: 'ConflictException', resourceId: machine };
    await expect(away.reverse(machine)).rejects.toMatchObject(refused);
    await regions.minutes(60);
    // It was launched from the template that DRS made, which has no profile.
    await expect(away.reverse(machine)).rejects.toMatchObject(refused);
    const [{ id }] = tiers;
    const { ec2LaunchTemplateID: LaunchTemplateId = '' } = await away.drs.send(
      new GetLaunchConfigurationCommand({ sourceServerID: id }),
    );
    await away.call('CreateLaunchTemplateVersion', {
      ...{ LaunchTemplateId, 'LaunchTemplateData.IamInstanceProfile.Name': 'Recovery' },
    });
    await away.call('ModifyLaunchTemplate', { LaunchTemplateId, SetDefaultVersion: '$Latest' });
    await away.launch([id]);
    await regions.minutes(75);
    const record = only((await away.instances()).filter(({ sourceServerID }) => sourceServerID === id));
    const again = record.recoveryInstanceID!;
    expect(await away.call('DescribeInstances', { 'InstanceId.1': again })).toContain(
      '<arn>arn:aws:iam::111122223333:instance-profile/Recovery</arn>',
    );
    await away.call('StopInstances', { 'InstanceId.1': again });
    await expect(away.reverse(again)).rejects.toMatchObject({ name: 'ConflictException' });
    await away.call('StartInstances', { 'InstanceId.1': again });
    await away.reverse(again);
    expect(await home.servers()).toHaveLength(1);
  });

  it('is denied to who may not ask DRS and EC2 what it asks in their name', async () => {
    const asked: string[] = [];
    const regions = twoRegions({
      mayForward: (request, all) => {
        if (!request.path.endsWith('ReverseReplication')) return true;
        asked.push(...all.map(({ action }) => action));
        return false;
      },
    });
    const [machine = ''] = await goOver(regions, [tiers[0].machine]);
    await expect(regions.away.reverse(machine)).rejects.toMatchObject({
      ...{ name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } },
    });
    expect(asked).toEqual([
      'drs:DescribeReplicationConfigurationTemplates',
      'drs:DescribeSourceServers',
      'ec2:DescribeInstances',
    ]);
    expect(await regions.home.servers()).toEqual([]);
  });

  it('needs a place of origin where DRS was initialized, and where the launch can go', async () => {
    const closed = twoRegions({ drs: { initialized: false } });
    await closed.away.services.drs.service.handle({
      ...{ method: 'POST', path: '/InitializeService', query: {}, headers: {}, body: '{}' },
    });
    const [machine = ''] = await goOver(closed, [tiers[0].machine]);
    const invalid = { name: 'ValidationException' };
    await expect(closed.away.reverse(machine)).rejects.toMatchObject(invalid);
    expect(await closed.away.instances()).toHaveLength(4);

    const regions = twoRegions();
    await regions.home.drs.send(
      new CreateLaunchConfigurationTemplateCommand({ launchIntoSourceInstance: true }),
    );
    await regions.home.call('CreateTags', {
      ...{ 'ResourceId.1': tiers[0].machine, 'Tag.1.Key': 'AWSDRS', 'Tag.1.Value': 'No' },
    });
    const [other = ''] = await goOver(regions, [tiers[0].machine]);
    await expect(regions.away.reverse(other)).rejects.toMatchObject(invalid);
    expect(await regions.home.servers()).toEqual([]);
  });

  it('starts from nothing once it was stopped', async () => {
    const regions = twoRegions();
    const { machine, reversed } = await onItsWay(regions);
    await regions.home.stopReplication(reversed);
    expect((await regions.away.instances())[0]?.failback?.state).toBe('FAILBACK_NOT_STARTED');
    await regions.home.drs.send(new StartReplicationCommand({ sourceServerID: reversed }));
    const state = async () => (await fedBy(regions.home, machine)).dataReplicationInfo?.dataReplicationState;
    expect(await state()).toBe('INITIATING');
    await regions.minutes(1);
    expect(await state()).toBe('INITIAL_SYNC');
    await regions.minutes(2);
    expect(await state()).toBe('CONTINUOUS');
  });

  it('keeps the machine away from its end, and its records in their order', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    const { machine, reversed } = await onItsWay(regions);
    const conflict = { name: 'ConflictException' };
    await expect(away.terminate([machine])).rejects.toMatchObject(conflict);
    // StopFailback is for on-premises servers, and stops nothing here.
    await away.stopFailback(machine);
    await expect(away.terminate([machine])).rejects.toMatchObject(conflict);
    await home.launch([reversed]);
    await regions.minutes(30);
    const back = only(await home.instances()).recoveryInstanceID!;
    await expect(home.disconnect(reversed)).rejects.toMatchObject(conflict);
    await expect(home.deleteServer(reversed)).rejects.toMatchObject(conflict);
    await expect(home.deleteRecord(back)).rejects.toMatchObject(conflict);
    await home.reverse(back);
    await home.deleteRecord(back);
    expect(await home.stateOf(back)).toBe('running');
    await home.stopReplication(reversed);
    expect((await fedBy(home, machine)).dataReplicationInfo?.replicatedDisks?.[0]).toMatchObject({
      replicatedStorageBytes: 0,
    });
    await expect(home.launch([reversed])).rejects.toMatchObject({ name: 'ValidationException' });
    await away.terminate([machine]);
    await home.disconnect(reversed);
    await home.deleteServer(reversed);
    expect(await home.servers()).toEqual([]);
  });

  it('turns the server of the recovery Region round once more: unseen, read again, in sync', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    const { machine, reversed } = await onItsWay(regions);
    await home.launch([reversed]);
    await regions.minutes(30);
    const record = only(await home.instances());
    expect(record.dataReplicationInfo?.dataReplicationState).toBe('NOT_STARTED');
    const { reversedDirectionSourceServerArn } = await home.reverse(record.recoveryInstanceID!);
    expect(reversedDirectionSourceServerArn).toMatch(new RegExp(`${tiers[0].id}$`));
    const look = async () => {
      const server = (await away.servers()).find(({ sourceServerID }) => sourceServerID === tiers[0].id);
      const [disk] = server?.dataReplicationInfo?.replicatedDisks ?? [];
      return {
        machine: server?.sourceProperties?.identificationHints?.awsInstanceID,
        state: server?.dataReplicationInfo?.dataReplicationState,
        error: server?.dataReplicationInfo?.dataReplicationError?.error,
        share: (disk?.rescannedStorageBytes ?? 0) / (disk?.totalStorageBytes ?? 1),
      };
    };
    const now = { machine: record.recoveryInstanceID, error: undefined };
    expect(await look()).toEqual({ ...now, state: 'STALLED', error: 'AGENT_NOT_SEEN', share: 0 });
    await regions.clock.advance(67_500);
    expect(await look()).toEqual({ ...now, state: 'RESCAN', share: 0.5 });
    const [atHome] = await home.instances();
    expect(atHome?.dataReplicationInfo?.dataReplicationState).toBe('RESCAN');
    await regions.minutes(2);
    expect(await look()).toEqual({ ...now, state: 'CONTINUOUS', share: 1 });
    expect(await away.stateOf(machine)).toBe('running');
  });

  it.each([
    ['FIRST', false],
    ['LATEST', true],
  ] as const)('tells in the ARN of the other direction of the %s reversal', async (reversedArn, isNew) => {
    const regions = twoRegions({ drs: { failback: { reversedArn } } });
    const [first = ''] = await goOver(regions, [tiers[0].machine]);
    const told = async () =>
      (await regions.away.servers()).find(({ sourceServerID }) => sourceServerID === tiers[0].id)
        ?.reversedDirectionSourceServerArn;
    const [back = ''] = await comeHome(regions, [first]);
    const stale = await told();
    expect(stale).toBeDefined();
    const [second = ''] = await goOver(regions, [back]);
    const { reversedDirectionSourceServerArn } = await regions.away.reverse(second);
    expect(reversedDirectionSourceServerArn).not.toBe(stale);
    expect(await told()).toBe(isNew ? reversedDirectionSourceServerArn : stale);
  });

  it.each(['CONFLICT', 'ANOTHER'] as const)(
    'has in a server that is left from an earlier reversal: %s',
    async (earlierReversed) => {
      const regions = twoRegions({ drs: { failback: { earlierReversed } } });
      const { machine, reversed } = await onItsWay(regions);
      await regions.home.stopReplication(reversed);
      const again = regions.away.reverse(machine);
      if (earlierReversed === 'CONFLICT')
        await expect(again).rejects.toThrow(`was reversed before, to ${reversed}`);
      else await again;
      expect(await regions.home.servers()).toHaveLength(earlierReversed === 'CONFLICT' ? 1 : 2);
    },
  );

  it('is launched from a template without a network, which fails where there is no default VPC', async () => {
    const subnetId = 'subnet-0123456789abcdef0';
    const regions = twoRegions({ ec2: { defaultVpc: false, subnets: [{ id: subnetId }] } });
    const withNetwork = async (region: Region, sourceServerID: string) => {
      const { ec2LaunchTemplateID: LaunchTemplateId = '' } = await region.drs.send(
        new GetLaunchConfigurationCommand({ sourceServerID }),
      );
      await region.call('CreateLaunchTemplateVersion', {
        LaunchTemplateId,
        'LaunchTemplateData.NetworkInterface.1.DeviceIndex': '0',
        'LaunchTemplateData.NetworkInterface.1.SubnetId': subnetId,
      });
      await region.call('ModifyLaunchTemplate', { LaunchTemplateId, SetDefaultVersion: '$Latest' });
    };
    for (const { id } of tiers) await withNetwork(regions.away, id);
    const { reversed } = await onItsWay(regions);
    await regions.home.launch([reversed]);
    await regions.minutes(30);
    expect(await regions.home.instances()).toEqual([]);
    expect((await regions.home.servers())[0]?.lastLaunchResult).toBe('FAILED');
    await withNetwork(regions.home, reversed);
    await regions.home.launch([reversed]);
    await regions.minutes(30);
    expect(await regions.home.instances()).toHaveLength(1);
  });
});

describe('a machine at home that was launched into', () => {
  const intoOriginal = (regions: Regions) =>
    regions.home.drs.send(
      new CreateLaunchConfigurationTemplateCommand({
        ...{ launchIntoSourceInstance: true, copyTags: false, copyPrivateIp: false },
      }),
    );

  it('feeds nobody until its replication is turned round once more', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    await intoOriginal(regions);
    const { reversed } = await onItsWay(regions);
    await home.launch([reversed]);
    await regions.minutes(30);
    const [{ id, machine }] = tiers;
    expect(await home.stateOf(machine)).toBe('running');
    const state = async () =>
      (await away.servers()).find(({ sourceServerID }) => sourceServerID === id)?.dataReplicationInfo
        ?.dataReplicationState;
    expect(await state()).toBe('STALLED');
    // Nobody stops and starts it now: that it runs again does not make it heard.
    await home.call('StopInstances', { 'InstanceId.1': machine });
    await home.call('StartInstances', { 'InstanceId.1': machine });
    expect(await state()).toBe('STALLED');
    // The ids match from before: only the record of the machine tells that it is not replicated yet.
    expect(only(await home.instances()).dataReplicationInfo?.dataReplicationState).toBe('NOT_STARTED');
    await home.reverse(machine);
    await regions.minutes(10);
    expect(await state()).toBe('CONTINUOUS');
  });

  it('must be stopped before', async () => {
    const regions = twoRegions();
    await intoOriginal(regions);
    const { reversed } = await onItsWay(regions);
    await regions.home.call('StartInstances', { 'InstanceId.1': tiers[0].machine });
    await expect(regions.home.launch([reversed])).rejects.toMatchObject({ name: 'ConflictException' });
  });
});

describe('a failback drill', () => {
  it('leaves everything as it was once its replication and its machine are gone', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    const recovered = await goOver(regions, [tiers[0].machine]);
    const before = await resting(regions);
    await away.reverse(recovered[0]!);
    await regions.minutes(10);
    const reversed = (await fedBy(home, recovered[0]!)).sourceServerID!;
    await home.launch([reversed], true);
    await regions.minutes(30);
    await home.stopReplication(reversed);
    await home.terminate([only(await home.instances()).recoveryInstanceID!]);
    await regions.minutes(20);
    await home.disconnect(reversed);
    await home.deleteServer(reversed);
    expect(await resting(regions)).toEqual(before);
    // What was reversed once can be reversed again.
    await away.reverse(recovered[0]!);
  });

  it.each(['ALLOWED', 'REFUSED'] as const)(
    'begins at a drill instance where that is %s',
    async (ofDrills) => {
      const regions = twoRegions({ drs: { failback: { ofDrills } } });
      await regions.away.launch([tiers[0].id], true);
      await regions.minutes(30);
      const work = regions.away.reverse(only(await regions.away.instances()).recoveryInstanceID!);
      if (ofDrills === 'REFUSED') await expect(work).rejects.toMatchObject({ name: 'ConflictException' });
      else await expect(work).resolves.toBeDefined();
    },
  );
});

describe('the machine that a server is', () => {
  it('is not seen while it is stopped, and its server has points until then', async () => {
    const regions = twoRegions();
    const { home, away } = regions;
    const [{ machine, id }] = tiers;
    await home.write(machine, 'marker', 'in time');
    await regions.minutes(1);
    await home.call('StopInstances', { 'InstanceId.1': machine });
    await regions.minutes(5);
    await home.write(machine, 'marker', 'too late');
    const server = (await away.servers()).find(({ sourceServerID }) => sourceServerID === id);
    expect(server?.dataReplicationInfo).toMatchObject({
      ...{ dataReplicationState: 'STALLED', lagDuration: 'PT5M' },
      dataReplicationError: { error: 'AGENT_NOT_SEEN' },
    });
    await away.launch([id]);
    await regions.minutes(30);
    const { recoveryInstanceID } = only(await away.instances());
    expect(await away.read(recoveryInstanceID!, 'marker')).toBe('in time');
    expect(nameOf(only(await away.instances()).sourceServerID)).toBe('db-1');
  });

  it('never had a point if it was gone before its first copy was done', async () => {
    const regions = twoRegions();
    const { machine, reversed } = await onItsWay(regions, 1);
    await regions.away.call('TerminateInstances', { 'InstanceId.1': machine });
    await regions.minutes(30);
    expect((await fedBy(regions.home, machine)).dataReplicationInfo?.dataReplicationState).toBe('STALLED');
    await expect(regions.home.launch([reversed])).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
