import {
  CreateExtendedSourceServerCommand,
  DescribeRecoverySnapshotsCommand,
  DescribeSourceServersCommand,
  GetLaunchConfigurationCommand,
  ListExtensibleSourceServersCommand,
  ListStagingAccountsCommand,
  ListTagsForResourceCommand,
  StartRecoveryCommand,
  StartReplicationCommand,
  StopReplicationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateLaunchConfigurationCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

type Client = ReturnType<typeof drsFixture>['client'];

const serverOf = async (client: Client, id: string) => {
  const filters = { sourceServerIDs: [id] };
  return (await client.send(new DescribeSourceServersCommand({ filters }))).items?.[0];
};

const stateOf = async (client: Client, id: string) => {
  const info = (await serverOf(client, id))?.dataReplicationInfo;
  return [info?.dataReplicationState, info?.lagDuration];
};

describe('DescribeSourceServers', () => {
  it('tells what a ready server looks like before any launch', async () => {
    const { client } = drsFixture({
      servers: [
        {
          name: 'db-1',
          id: web1,
          tags: { Tier: 'database' },
          os: 'Debian 12',
          disks: [{ deviceName: '/dev/sda', gib: 1 }],
          origin: { account: '444455556666', region: 'eu-central-1', availabilityZone: 'eu-central-1b' },
        },
      ],
    });
    expect(await serverOf(client, web1)).toMatchObject({
      sourceServerID: web1,
      arn: `arn:aws:drs:eu-west-1:111122223333:source-server/${web1}`,
      tags: { Name: 'db-1', Tier: 'database' },
      lastLaunchResult: 'NOT_STARTED',
      dataReplicationInfo: {
        dataReplicationState: 'CONTINUOUS',
        lagDuration: 'P0D',
        replicatedDisks: [
          { deviceName: '/dev/sda', totalStorageBytes: 1_073_741_824, volumeStatus: 'REGULAR' },
        ],
      },
      lifeCycle: { lastLaunch: { initiated: {} } },
      sourceProperties: { os: { fullString: 'Debian 12' }, identificationHints: { hostname: 'db-1' } },
      stagingArea: { status: 'NOT_EXTENDED' },
      sourceCloudProperties: { originAccountID: '444455556666', originRegion: 'eu-central-1' },
      replicationDirection: 'FAILOVER',
    });
  });

  it('tells the last launch, its result and its instance', async () => {
    const { client, clock, drill } = drsFixture({ ...steady, failures: [{ server: web2, phase: 'LAUNCH' }] });
    const job = await drill(web1, web2);
    expect(await serverOf(client, web1)).toMatchObject({
      lastLaunchResult: 'PENDING',
      lifeCycle: {
        lastLaunch: {
          initiated: { apiCallDateTime: job.creationDateTime, jobID: job.jobID, type: 'DRILL' },
          status: 'PENDING',
        },
      },
    });
    await clock.advance(600 * secondMs);
    const first = await serverOf(client, web1);
    expect([first?.lastLaunchResult, first?.lifeCycle?.lastLaunch?.status]).toStrictEqual([
      'SUCCEEDED',
      'LAUNCHED',
    ]);
    expect(first?.recoveryInstanceId).toMatch(/^i-[0-9a-f]{17}$/);
    const second = await serverOf(client, web2);
    expect([second?.lastLaunchResult, second?.recoveryInstanceId]).toStrictEqual(['FAILED', undefined]);
  });

  it('pages at 200, and gives the 201st server on the second page', async () => {
    const { client } = drsFixture({ servers: [{ name: 'node-{n}', count: 201, tags: { Rack: 'r{n}' } }] });
    const first = await client.send(new DescribeSourceServersCommand({ maxResults: 1000 }));
    expect(first.items).toHaveLength(200);
    const second = await client.send(
      new DescribeSourceServersCommand({ nextToken: first.nextToken ?? 'none' }),
    );
    expect(second.items?.map((server) => server.tags)).toStrictEqual([{ Name: 'node-201', Rack: 'r201' }]);
    expect(second.nextToken).toBeUndefined();
  });

  it('leaves out ids that do not exist, and filters by staging account', async () => {
    const { client } = drsFixture({
      servers: [
        { name: 'a', id: web1 },
        { name: 'b', id: web2, stagingAccountID: '999900001111' },
      ],
    });
    expect(await serverOf(client, 's-99999999999999999')).toBeUndefined();
    const filters = { stagingAccountIDs: ['999900001111'] };
    const { items = [] } = await client.send(new DescribeSourceServersCommand({ filters }));
    expect(items.map((server) => [server.sourceServerID, server.stagingArea?.status])).toStrictEqual([
      [web2, 'EXTENDED'],
    ]);
  });
});

describe('data replication', () => {
  it('stalls in its window with a growing lag, and is still recoverable', async () => {
    const stalls = [{ fromSeconds: 60, untilSeconds: 700 }];
    const { client, clock, drill } = drsFixture({
      servers: [{ name: 'a', id: web1, replication: { stalls } }],
    });
    expect(await stateOf(client, web1)).toStrictEqual(['CONTINUOUS', 'P0D']);
    await clock.advance(150 * secondMs);
    expect(await stateOf(client, web1)).toStrictEqual(['STALLED', 'PT1M30S']);
    await clock.advance(500 * secondMs);
    const { items: points = [] } = await client.send(
      new DescribeRecoverySnapshotsCommand({ sourceServerID: web1 }),
    );
    expect(points.at(-1)?.timestamp).toBe('2026-11-23T10:00:00.000000+00:00');
    await expect(drill(web1)).resolves.toBeDefined();
    await clock.advance(50 * secondMs);
    expect(await stateOf(client, web1)).toStrictEqual(['CONTINUOUS', 'P0D']);
  });

  it('comes out of a stall when it is retried', async () => {
    const server = { name: 'a', id: web1, replication: { stalls: [{ fromSeconds: 0 }] } };
    const { client, clock, drs } = drsFixture({ servers: [server] });
    await clock.advance(10 * secondMs);
    // The SDK marks the command as deprecated, and the operation is still there.
    const retry = { method: 'POST', path: '/RetryDataReplication', query: {}, headers: {} };
    const body = JSON.stringify({ sourceServerID: web1 });
    expect((await drs.service.handle({ ...retry, body })).statusCode).toBe(200);
    expect((await stateOf(client, web1))[0]).toBe('RESCAN');
    const again = await drs.service.handle({ ...retry, body });
    expect([again.statusCode, again.headers['x-amzn-errortype']]).toEqual([400, 'ValidationException']);
    await clock.advance(120 * secondMs);
    expect(await stateOf(client, web1)).toStrictEqual(['CONTINUOUS', 'P0D']);
  });

  it('loses its points in time when stopped, and needs a new initial sync', async () => {
    const { client, clock, drill } = drsFixture();
    const points = async () =>
      (await client.send(new DescribeRecoverySnapshotsCommand({ sourceServerID: web1 }))).items?.length;
    const stopped = await client.send(new StopReplicationCommand({ sourceServerID: web1 }));
    expect(stopped.sourceServer?.dataReplicationInfo?.dataReplicationState).toBe('STOPPED');
    expect(await points()).toBe(0);
    await expect(drill(web1)).rejects.toMatchObject({ name: 'ValidationException' });
    const started = await client.send(new StartReplicationCommand({ sourceServerID: web1 }));
    expect(started.sourceServer?.dataReplicationInfo?.dataReplicationState).toBe('INITIATING');
    await clock.advance(10 * secondMs);
    expect((await stateOf(client, web1))[0]).toBe('INITIAL_SYNC');
    await clock.advance(1200 * secondMs);
    expect((await stateOf(client, web1))[0]).toBe('CONTINUOUS');
    expect(await points()).toBe(2);
    await expect(client.send(new StartReplicationCommand({ sourceServerID: web1 }))).rejects.toMatchObject({
      name: 'ConflictException',
    });
  });
});

describe('recovery snapshots', () => {
  it('follow the default policy, in either order, within a period', async () => {
    const { client } = drsFixture();
    const all = await client.send(new DescribeRecoverySnapshotsCommand({ sourceServerID: web1 }));
    expect(all.items).toHaveLength(35);
    const filters = { fromDateTime: '2026-11-23T09:30:00Z' };
    const latest = await client.send(
      new DescribeRecoverySnapshotsCommand({ sourceServerID: web1, order: 'DESC', filters }),
    );
    expect(latest.items?.map((item) => item.timestamp?.slice(11, 16))).toStrictEqual([
      '10:00',
      '09:50',
      '09:40',
      '09:30',
    ]);
    expect(latest.items?.[0]).toStrictEqual({
      snapshotID: expect.stringMatching(/^pit-[0-9a-f]{17}$/),
      sourceServerID: web1,
      expectedTimestamp: '2026-11-23T10:00:00.000000+00:00',
      timestamp: '2026-11-23T10:00:00.000000+00:00',
      ebsSnapshots: [expect.stringMatching(/^snap-[0-9a-f]{17}$/)],
    });
  });

  it('can be launched from, without a new snapshot, and show in the instance', async () => {
    const id = 'pit-aaaaaaaaaaaaaaaaa';
    const server = { name: 'web-1', id: web1, snapshots: [{ id, ageSeconds: 3600 }] };
    const { client, clock, drs } = drsFixture({ ...steady, servers: [server] });
    const sourceServers = [{ sourceServerID: web1, recoverySnapshotID: id }];
    await client.send(new StartRecoveryCommand({ sourceServers }));
    await clock.advance(600 * secondMs);
    expect(new Date(drs.instances()[0]?.dataAt ?? 0).toISOString()).toBe('2026-11-23T09:00:00.000Z');
  });
});

describe('tags', () => {
  it('are added, removed and listed by ARN, for a server and for its description', async () => {
    const { client } = drsFixture();
    const resourceArn = `arn:aws:drs:eu-west-1:111122223333:source-server/${web1}`;
    await client.send(new TagResourceCommand({ resourceArn, tags: { Wave: '1', Owner: 'shop', Cost: '7' } }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['Owner', 'Cost'] }));
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toStrictEqual({ Name: 'web-1', Wave: '1' });
    expect((await serverOf(client, web1))?.tags).toStrictEqual(tags);
  });

  it('belong to jobs and recovery instances too, and to nothing that does not exist', async () => {
    const { client, clock, drill, drs } = drsFixture();
    const { arn, jobID } = await drill(web1);
    await clock.advance(600 * secondMs);
    await client.send(new TagResourceCommand({ resourceArn: arn, tags: { Seen: 'yes' } }));
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toStrictEqual({
      Seen: 'yes',
    });
    const instanceID = drs.instances()[0]?.instanceID ?? '';
    const instanceArn = `arn:aws:drs:eu-west-1:111122223333:recovery-instance/${instanceID}`;
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: instanceArn }));
    expect(tags).toMatchObject({ Name: 'web-1' });
    const foreign = `arn:aws:drs:us-east-1:111122223333:job/${jobID}`;
    const work = client.send(new ListTagsForResourceCommand({ resourceArn: foreign }));
    await expect(work).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('launch configuration', () => {
  it('is read and changed member by member, and shows in the next launch', async () => {
    const { client, clock, drill, drs } = drsFixture();
    expect(await client.send(new GetLaunchConfigurationCommand({ sourceServerID: web1 }))).toMatchObject({
      name: 'web-1',
      launchDisposition: 'STARTED',
      copyPrivateIp: false,
    });
    await client.send(
      new UpdateLaunchConfigurationCommand({ sourceServerID: web1, launchDisposition: 'STOPPED' }),
    );
    await client.send(new UpdateLaunchConfigurationCommand({ sourceServerID: web1, copyPrivateIp: true }));
    expect(await client.send(new GetLaunchConfigurationCommand({ sourceServerID: web1 }))).toMatchObject({
      launchDisposition: 'STOPPED',
      copyPrivateIp: true,
    });
    await drill(web1);
    await clock.advance(600 * secondMs);
    expect(drs.instances()[0]).toMatchObject({ state: 'STOPPED', privateIp: '10.0.0.4' });
  });

  it('switches post-launch actions and the copying of tags off', async () => {
    const postLaunchActions = [{ name: 'check', documentName: 'Check-Web', seconds: 30, fails: true }];
    const { client, clock, drill, drs } = drsFixture({
      ...steady,
      servers: [{ name: 'web-1', id: web1, postLaunchActions }],
    });
    const off = { sourceServerID: web1, postLaunchEnabled: false, copyTags: false };
    await client.send(new UpdateLaunchConfigurationCommand(off));
    await drill(web1);
    await clock.advance(600 * secondMs);
    expect((await serverOf(client, web1))?.lastLaunchResult).toBe('SUCCEEDED');
    expect(drs.instances()[0]?.tags).not.toHaveProperty('Name');
    expect(drs.instances()[0]?.tags).toHaveProperty('AWSElasticDisasterRecoverySourceServerID', web1);
  });
});

describe('extended source servers', () => {
  it('are listed by staging account, and made here with a sync of their own', async () => {
    const stagingAccounts = [{ accountID: '999900001111', servers: ['erp-1', 'erp-2'] }];
    const { client, clock } = drsFixture({ stagingAccounts });
    const { accounts } = await client.send(new ListStagingAccountsCommand({ maxResults: 5 }));
    expect(accounts).toStrictEqual([{ accountID: '999900001111' }]);
    const stagingAccountID = '999900001111';
    const { items = [] } = await client.send(new ListExtensibleSourceServersCommand({ stagingAccountID }));
    expect(items.map((item) => item.hostname)).toStrictEqual(['erp-1', 'erp-2']);
    const { sourceServer } = await client.send(
      new CreateExtendedSourceServerCommand({ sourceServerArn: items[0]?.arn, tags: { Tier: 'erp' } }),
    );
    const id = sourceServer?.sourceServerID ?? '';
    expect(await serverOf(client, id)).toMatchObject({
      tags: { Name: 'erp-1', Tier: 'erp' },
      stagingArea: { status: 'EXTENDED', stagingAccountID, stagingSourceServerArn: items[0]?.arn },
      dataReplicationInfo: { dataReplicationState: 'INITIATING' },
    });
    await clock.advance(200 * secondMs);
    expect((await stateOf(client, id))[0]).toBe('CONTINUOUS');
  });
});
