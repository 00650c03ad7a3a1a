import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateExtendedSourceServerCommand,
  CreateLaunchConfigurationTemplateCommand,
  CreateReplicationConfigurationTemplateCommand,
  DeleteLaunchConfigurationTemplateCommand,
  DeleteReplicationConfigurationTemplateCommand,
  DescribeLaunchConfigurationTemplatesCommand,
  DescribeRecoverySnapshotsCommand,
  DescribeReplicationConfigurationTemplatesCommand,
  GetFailbackReplicationConfigurationCommand,
  GetLaunchConfigurationCommand,
  GetReplicationConfigurationCommand,
  ListLaunchActionsCommand,
  ListTagsForResourceCommand,
  PutLaunchActionCommand,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  UpdateFailbackReplicationConfigurationCommand,
  UpdateLaunchConfigurationTemplateCommand,
  UpdateReplicationConfigurationCommand,
  UpdateReplicationConfigurationTemplateCommand,
  ValidationException,
} from '@aws-sdk/client-drs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { DrsRecord } from '../../../../infra/simulated-aws/drs/state.ts';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const nobody = 's-99999999999999999';
const key = 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-4000-8000-000000000000';

const template = {
  ...{ associateDefaultSecurityGroup: true, replicationServerInstanceType: 't3.small' },
  ...{ useDedicatedReplicationServer: false, createPublicIP: false },
  defaultLargeStagingDiskType: 'GP3',
  dataPlaneRouting: 'PRIVATE_IP',
  stagingAreaSubnetId: 'subnet-0123456789abcdef0',
  replicationServersSecurityGroupsIDs: ['sg-0123456789abcdef0'],
  ebsEncryption: 'DEFAULT',
  bandwidthThrottling: 50,
  stagingAreaTags: { Team: 'recovery' },
  pitPolicy: [{ units: 'HOUR', interval: 1, retentionDuration: 3 }],
} as const;

const staging = { stagingAccounts: [{ accountID: '999900001111', servers: ['erp-1'] }] };

/** The id of a server that joins the account now. */
const joinedIn = async ({ client, drs }: ReturnType<typeof drsFixture>) => {
  const body = JSON.stringify({ stagingAccountID: '999900001111' });
  const list = { method: 'POST', path: '/ListExtensibleSourceServers', query: {}, headers: {}, body };
  const { items } = JSON.parse((await drs.service.handle(list)).body) as { items: { arn: string }[] };
  const { sourceServer } = await client.send(
    new CreateExtendedSourceServerCommand({ sourceServerArn: items[0]!.arn }),
  );
  return sourceServer!.sourceServerID!;
};

describe('the replication configuration', () => {
  it('of a server is that of an account which was set up in the console', async () => {
    const { client } = drsFixture();
    const configuration = await client.send(new GetReplicationConfigurationCommand({ sourceServerID: web1 }));
    expect(configuration).toMatchObject({
      sourceServerID: web1,
      name: 'web-1',
      stagingAreaSubnetId: expect.stringMatching(/^subnet-[0-9a-f]{17}$/),
      replicationServerInstanceType: 't3.small',
      ebsEncryption: 'DEFAULT',
      replicatedDisks: [{ deviceName: '/dev/sda1', isBootDisk: true, stagingDiskType: 'AUTO' }],
    });
    expect(
      configuration.pitPolicy?.map(({ units, retentionDuration }) => [units, retentionDuration]),
    ).toEqual([
      ['MINUTE', 60],
      ['HOUR', 24],
      ['DAY', 7],
    ]);
  });

  it('is changed member by member, for one server only, and outlives a restart', async () => {
    const open = () => drsFixture(steady, { journal: openJournal<DrsRecord>(join(folder, 'drs.jsonl')) });
    const { client } = open();
    const sourceServerID = web1;
    await client.send(
      new UpdateReplicationConfigurationCommand({ sourceServerID, bandwidthThrottling: 100 }),
    );
    const replicatedDisks = [{ deviceName: '/dev/sda1', stagingDiskType: 'IO1', iops: 3000 }] as const;
    const answer = await client.send(
      new UpdateReplicationConfigurationCommand({ sourceServerID, replicatedDisks: [...replicatedDisks] }),
    );
    const changed = { bandwidthThrottling: 100, replicatedDisks: [{ stagingDiskType: 'IO1', iops: 3000 }] };
    expect(answer).toMatchObject({ sourceServerID, ...changed });
    const again = open().client;
    expect(await again.send(new GetReplicationConfigurationCommand({ sourceServerID }))).toMatchObject(
      changed,
    );
    const other = await again.send(new GetReplicationConfigurationCommand({ sourceServerID: web2 }));
    expect(other.bandwidthThrottling).toBe(0);
  });

  it('decides which points in time are taken and kept', async () => {
    const { client } = drsFixture();
    const pitPolicy = [
      { units: 'HOUR', interval: 1, retentionDuration: 3 },
      { units: 'DAY', interval: 1, retentionDuration: 9, enabled: false },
    ] as const;
    await client.send(
      new UpdateReplicationConfigurationCommand({ sourceServerID: web1, pitPolicy: [...pitPolicy] }),
    );
    const { items = [] } = await client.send(new DescribeRecoverySnapshotsCommand({ sourceServerID: web1 }));
    expect(items.map(({ timestamp }) => timestamp?.slice(11, 16))).toEqual(['08:00', '09:00', '10:00']);
  });

  it.each([
    ['a disk that the server has not', { replicatedDisks: [{ deviceName: '/dev/sdz' }] }],
    ['a key of its own that is not named', { ebsEncryption: 'CUSTOM' as const }],
    [
      'daily points for more than a year',
      { pitPolicy: [{ units: 'DAY', interval: 1, retentionDuration: 366 }] },
    ],
    ['a subnet that is none', { stagingAreaSubnetId: 'lan' }],
    ['a negative throttle', { bandwidthThrottling: -1 }],
  ])('with %s is refused, and nothing changes', async (_, changes) => {
    const { client } = drsFixture();
    const get = new GetReplicationConfigurationCommand({ sourceServerID: web1 });
    const { $metadata: _before, ...before } = await client.send(get);
    const update = new UpdateReplicationConfigurationCommand({
      sourceServerID: web1,
      name: 'renamed',
      ...(changes as object),
    });
    await expect(client.send(update)).rejects.toBeInstanceOf(ValidationException);
    expect(await client.send(get)).toMatchObject(before);
  });

  it('takes a key of its own with its ARN', async () => {
    const { client } = drsFixture();
    const update = { sourceServerID: web1, ebsEncryption: 'CUSTOM', ebsEncryptionKeyArn: key } as const;
    await client.send(new UpdateReplicationConfigurationCommand(update));
    expect(await client.send(new GetReplicationConfigurationCommand({ sourceServerID: web1 }))).toMatchObject(
      update,
    );
  });

  it('of a server that does not exist is refused by both calls', async () => {
    const { client } = drsFixture();
    const get = client.send(new GetReplicationConfigurationCommand({ sourceServerID: nobody }));
    await expect(get).rejects.toBeInstanceOf(ResourceNotFoundException);
    const update = client.send(new UpdateReplicationConfigurationCommand({ sourceServerID: nobody }));
    await expect(update).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});

describe('replication configuration templates', () => {
  const idsOf = async ({ client }: ReturnType<typeof drsFixture>) => {
    const { items = [] } = await client.send(new DescribeReplicationConfigurationTemplatesCommand({}));
    return items.map(({ replicationConfigurationTemplateID }) => replicationConfigurationTemplateID);
  };

  it('are one in an account that was set up, and none in one that was not', async () => {
    expect(await idsOf(drsFixture())).toEqual([expect.stringMatching(/^rct-[0-9a-f]{17}$/)]);
    const fresh = drsFixture({ initialized: false });
    await expect(idsOf(fresh)).rejects.toMatchObject({ name: 'UninitializedAccountException' });
  });

  it('are made, tagged, changed and deleted', async () => {
    const fixture = drsFixture();
    const { client } = fixture;
    const [given] = await idsOf(fixture);
    const made = await client.send(
      new CreateReplicationConfigurationTemplateCommand({
        ...template,
        replicationServersSecurityGroupsIDs: [...template.replicationServersSecurityGroupsIDs],
        pitPolicy: [...template.pitPolicy],
        tags: { Owner: 'ops' },
      }),
    );
    const id = made.replicationConfigurationTemplateID!;
    expect(made).toMatchObject({
      arn: `arn:aws:drs:eu-west-1:111122223333:replication-configuration-template/${id}`,
      tags: { Owner: 'ops' },
      bandwidthThrottling: 50,
    });
    const tags = await client.send(new ListTagsForResourceCommand({ resourceArn: made.arn }));
    expect(tags.tags).toEqual({ Owner: 'ops' });
    const byId = { replicationConfigurationTemplateID: id };
    await client.send(
      new UpdateReplicationConfigurationTemplateCommand({ ...byId, bandwidthThrottling: 10 }),
    );
    const described = await client.send(
      new DescribeReplicationConfigurationTemplatesCommand({ replicationConfigurationTemplateIDs: [id] }),
    );
    expect(described.items).toMatchObject([
      { bandwidthThrottling: 10, stagingAreaTags: { Team: 'recovery' } },
    ]);
    const remove = (replicationConfigurationTemplateID: string) =>
      client.send(new DeleteReplicationConfigurationTemplateCommand({ replicationConfigurationTemplateID }));
    await remove(given!);
    expect(await idsOf(fixture)).toEqual([id]);
    await expect(remove(given!)).rejects.toBeInstanceOf(ResourceNotFoundException);
    const gone = new DescribeReplicationConfigurationTemplatesCommand({
      replicationConfigurationTemplateIDs: [given!],
    });
    await expect(client.send(gone)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('need all that the service model asks for', async () => {
    const { client } = drsFixture();
    const { stagingAreaSubnetId: _, ...rest } = template;
    const command = new CreateReplicationConfigurationTemplateCommand({
      ...rest,
      replicationServersSecurityGroupsIDs: [],
      pitPolicy: [],
      stagingAreaSubnetId: undefined,
    });
    const refused = await client.send(command).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ValidationException);
    expect(JSON.stringify(refused)).toContain('stagingAreaSubnetId');
    expect(JSON.stringify(refused)).toContain('pitPolicy');
  });

  it('configure the servers that join after them', async () => {
    const fixture = drsFixture({ ...steady, ...staging });
    const [id] = await idsOf(fixture);
    await fixture.client.send(
      new UpdateReplicationConfigurationTemplateCommand({
        replicationConfigurationTemplateID: id,
        bandwidthThrottling: 20,
      }),
    );
    const sourceServerID = await joinedIn(fixture);
    const throttleOf = async (server: string) =>
      (await fixture.client.send(new GetReplicationConfigurationCommand({ sourceServerID: server })))
        .bandwidthThrottling;
    expect([await throttleOf(sourceServerID), await throttleOf(web1)]).toEqual([20, 0]);
  });
});

describe('launch configuration templates', () => {
  const made = async ({ client }: ReturnType<typeof drsFixture>, changes: object = {}) => {
    const command = new CreateLaunchConfigurationTemplateCommand(changes);
    const { launchConfigurationTemplate: answer } = await client.send(command);
    return answer!;
  };

  it('are none at first and one at most', async () => {
    const fixture = drsFixture();
    const list = async () =>
      (await fixture.client.send(new DescribeLaunchConfigurationTemplatesCommand({}))).items;
    expect(await list()).toEqual([]);
    const { launchConfigurationTemplateID: id } = await made(fixture, { copyPrivateIp: true });
    expect(await list()).toMatchObject([
      {
        launchConfigurationTemplateID: id,
        arn: `arn:aws:drs:eu-west-1:111122223333:launch-configuration-template/${id}`,
        copyPrivateIp: true,
        launchDisposition: 'STARTED',
        targetInstanceTypeRightSizingMethod: 'BASIC',
      },
    ]);
    await expect(made(fixture)).rejects.toBeInstanceOf(ServiceQuotaExceededException);
    const remove = new DeleteLaunchConfigurationTemplateCommand({ launchConfigurationTemplateID: id });
    await fixture.client.send(remove);
    expect(await list()).toEqual([]);
    await expect(fixture.client.send(remove)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('with their launch actions configure the servers that join after them', async () => {
    const fixture = drsFixture({ ...steady, ...staging });
    const { client } = fixture;
    const { launchConfigurationTemplateID: id } = await made(fixture);
    await client.send(
      new UpdateLaunchConfigurationTemplateCommand({
        launchConfigurationTemplateID: id,
        launchDisposition: 'STOPPED',
        postLaunchEnabled: true,
      }),
    );
    await client.send(
      new PutLaunchActionCommand({
        ...{ resourceId: id, actionId: '00000000-0000-4000-8000-000000000001', actionCode: 'Check-Web' },
        ...{ name: 'check', order: 2, actionVersion: '1', active: true, optional: false },
        ...{ category: 'VALIDATION', description: 'looks whether it answers' },
      }),
    );
    const sourceServerID = await joinedIn(fixture);
    const configurationOf = (server: string) =>
      client.send(new GetLaunchConfigurationCommand({ sourceServerID: server }));
    expect(await configurationOf(sourceServerID)).toMatchObject({
      launchDisposition: 'STOPPED',
      postLaunchEnabled: true,
    });
    expect(await configurationOf(web1)).toMatchObject({ launchDisposition: 'STARTED' });
    const actionsOf = async (resourceId: string | undefined) =>
      (await client.send(new ListLaunchActionsCommand({ resourceId }))).items?.map(({ name }) => name);
    expect([await actionsOf(id), await actionsOf(sourceServerID), await actionsOf(web1)]).toEqual([
      ['check'],
      ['check'],
      [],
    ]);
  });

  it('that do not exist have no launch actions', async () => {
    const { client } = drsFixture();
    const list = new ListLaunchActionsCommand({ resourceId: 'lct-00000000000000000' });
    await expect(client.send(list)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});

describe('the failback replication configuration', () => {
  it('belongs to a recovery instance, and is changed member by member', async () => {
    const { client, clock, drill, drs } = drsFixture();
    await drill(web1);
    await clock.advance(600 * secondMs);
    const recoveryInstanceID = drs.instances()[0]!.instanceID;
    const get = () => client.send(new GetFailbackReplicationConfigurationCommand({ recoveryInstanceID }));
    expect(await get()).toMatchObject({ recoveryInstanceID, bandwidthThrottling: 0, usePrivateIP: false });
    await client.send(
      new UpdateFailbackReplicationConfigurationCommand({ recoveryInstanceID, usePrivateIP: true }),
    );
    await client.send(
      new UpdateFailbackReplicationConfigurationCommand({ recoveryInstanceID, bandwidthThrottling: 5 }),
    );
    expect(await get()).toMatchObject({ bandwidthThrottling: 5, usePrivateIP: true });
  });

  it('of an instance that does not exist is refused', async () => {
    const { client } = drsFixture();
    const recoveryInstanceID = 'i-00000000000000000';
    const get = new GetFailbackReplicationConfigurationCommand({ recoveryInstanceID });
    await expect(client.send(get)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});
