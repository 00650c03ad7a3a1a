import {
  ConflictException,
  DeleteRecoveryInstanceCommand,
  DeleteSourceServerCommand,
  DescribeRecoverySnapshotsCommand,
  DescribeSourceServersCommand,
  DisconnectRecoveryInstanceCommand,
  DisconnectSourceServerCommand,
  ResourceNotFoundException,
  StartRecoveryCommand,
  StartReplicationCommand,
  StopReplicationCommand,
  UpdateReplicationConfigurationCommand,
  ValidationException,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, web1, web2 } from './fixture.ts';

const sourceServerID = web1;

const disconnected = async () => {
  const fixture = drsFixture();
  const answer = await fixture.client.send(new DisconnectSourceServerCommand({ sourceServerID }));
  return { ...fixture, answer };
};

describe('a source server that is disconnected', () => {
  it('replicates no more, and nothing of it is held', async () => {
    const { client, answer } = await disconnected();
    const filters = { sourceServerIDs: [web1] };
    const { items } = await client.send(new DescribeSourceServersCommand({ filters }));
    for (const server of [answer, items?.[0]]) {
      expect(server?.sourceServerID).toBe(web1);
      expect(server?.dataReplicationInfo).toMatchObject({
        dataReplicationState: 'DISCONNECTED',
        replicatedDisks: [{ totalStorageBytes: 0 }],
      });
      expect(server?.dataReplicationInfo?.lagDuration).toBeUndefined();
    }
    const points = await client.send(new DescribeRecoverySnapshotsCommand({ sourceServerID }));
    expect(points.items).toEqual([]);
  });

  it('is neither disconnected again nor started, stopped or configured', async () => {
    const { client } = await disconnected();
    const calls = [
      client.send(new DisconnectSourceServerCommand({ sourceServerID })),
      client.send(new StartReplicationCommand({ sourceServerID })),
      client.send(new StopReplicationCommand({ sourceServerID })),
      client.send(new UpdateReplicationConfigurationCommand({ sourceServerID, name: 'x' })),
    ];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(ConflictException);
  });

  it('is not recovered', async () => {
    const { client } = await disconnected();
    const start = client.send(new StartRecoveryCommand({ sourceServers: [{ sourceServerID }] }));
    await expect(start).rejects.toBeInstanceOf(ValidationException);
  });

  it('is deleted, which one that is only stopped is not', async () => {
    const { client } = await disconnected();
    await client.send(new DeleteSourceServerCommand({ sourceServerID }));
    const { items = [] } = await client.send(new DescribeSourceServersCommand({}));
    expect(items.map((server) => server.sourceServerID)).toEqual([web2]);
    await client.send(new StopReplicationCommand({ sourceServerID: web2 }));
    const remove = client.send(new DeleteSourceServerCommand({ sourceServerID: web2 }));
    await expect(remove).rejects.toBeInstanceOf(ConflictException);
  });
});

describe('DisconnectSourceServer', () => {
  it('is refused while a job or a recovery instance of the server is there', async () => {
    const { client, clock, drill, drs } = drsFixture();
    const disconnect = () => client.send(new DisconnectSourceServerCommand({ sourceServerID }));
    await drill(web1);
    await expect(disconnect()).rejects.toBeInstanceOf(ConflictException);
    await clock.advance(600 * secondMs);
    await expect(disconnect()).rejects.toThrow('has a recovery instance');
    const recoveryInstanceID = drs.instances()[0]!.instanceID;
    await client.send(new DisconnectRecoveryInstanceCommand({ recoveryInstanceID }));
    await client.send(new DeleteRecoveryInstanceCommand({ recoveryInstanceID }));
    await expect(disconnect()).resolves.toBeDefined();
  });

  it('knows no server that does not exist', async () => {
    const command = new DisconnectSourceServerCommand({ sourceServerID: 's-99999999999999999' });
    await expect(drsFixture().client.send(command)).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});

describe('identification hints', () => {
  const servers = [
    { name: 'web-1', id: web1, hostname: 'web-1.lan' },
    {
      name: 'web-2',
      id: web2,
      origin: { account: '444455556666', region: 'eu-central-1', availabilityZone: 'eu-central-1b' },
    },
  ];
  const listed = async (client: ReturnType<typeof drsFixture>['client'], filters = {}) =>
    (await client.send(new DescribeSourceServersCommand({ filters }))).items ?? [];

  it('name the instance of a server in EC2, and the virtual machine of any other', async () => {
    const { client } = drsFixture({ servers });
    const hints = (await listed(client)).map((server) => server.sourceProperties?.identificationHints);
    expect(hints).toEqual([
      {
        hostname: 'web-1.lan',
        fqdn: 'web-1.lan',
        vmWareUuid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      },
      { hostname: 'web-2', fqdn: 'web-2', awsInstanceID: expect.stringMatching(/^i-[0-9a-f]{17}$/) },
    ]);
  });

  it('find a server by its hardware, which its host name is not', async () => {
    const awsInstanceID = 'i-0123456789abcdef0';
    const { client } = drsFixture({
      servers: [
        { ...servers[0], vmWareUuid: '4210ffff-0000-1111-2222-333344445555' },
        { ...servers[1], awsInstanceID },
      ],
    });
    const [first] = await listed(client);
    const mac = first?.sourceProperties?.networkInterfaces?.[0]?.macAddress;
    expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
    const found = async (hardwareId?: string) =>
      (await listed(client, { hardwareId })).map((server) => server.sourceServerID);
    expect(await found(awsInstanceID)).toEqual([web2]);
    expect(await found('4210FFFF-0000-1111-2222-333344445555')).toEqual([web1]);
    expect(await found(mac)).toEqual([web1]);
    expect(await found('web-1.lan')).toEqual([]);
  });
});
