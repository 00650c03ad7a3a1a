import {
  ConflictException,
  DeleteRecoveryInstanceCommand,
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  DescribeRecoveryInstancesCommand,
  DisconnectRecoveryInstanceCommand,
  StartRecoveryCommand,
  TerminateRecoveryInstancesCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, steady, web1, web2 } from './fixture.ts';

/** A drill of both servers that has ended. */
const recovered = async (scenario: object = {}) => {
  const fixture = drsFixture({ ...steady, ...scenario });
  const job = await fixture.drill(web1, web2);
  await fixture.clock.advance(600 * secondMs);
  const listed = async () =>
    (await fixture.client.send(new DescribeRecoveryInstancesCommand({}))).items ?? [];
  return { ...fixture, job, listed };
};

describe('a recovery instance', () => {
  it('appears at LAUNCH_END, with the job that launched it', async () => {
    const { client, clock, drill } = drsFixture();
    const { jobID } = await drill(web1);
    const ofWeb1 = new DescribeRecoveryInstancesCommand({ filters: { sourceServerIDs: [web1] } });
    await clock.advance(532.9 * secondMs);
    expect((await client.send(ofWeb1)).items).toStrictEqual([]);
    await clock.advance(0.2 * secondMs);
    const { items: [instance] = [] } = await client.send(ofWeb1);
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID }));
    expect(instance).toMatchObject({
      recoveryInstanceID: log.at(-1)?.eventData?.targetInstanceID,
      ec2InstanceID: instance?.recoveryInstanceID,
      ec2InstanceState: 'RUNNING',
      jobID,
      sourceServerID: web1,
      isDrill: true,
      originEnvironment: 'ON_PREMISES',
      pointInTimeSnapshotDateTime: expect.stringMatching(/^2026-11-23T10:00:00/),
      failback: { state: 'FAILBACK_NOT_STARTED' },
    });
  });

  it('is found by its id', async () => {
    const { client, listed } = await recovered();
    const id = (await listed())[1]?.recoveryInstanceID ?? '';
    const filters = { recoveryInstanceIDs: [id] };
    const { items = [] } = await client.send(new DescribeRecoveryInstancesCommand({ filters }));
    expect(items.map((item) => item.recoveryInstanceID)).toStrictEqual([id]);
  });

  it('has what EC2 knows of it', async () => {
    const { drs, listed } = await recovered();
    expect(drs.instances()[0]).toMatchObject({
      instanceID: (await listed())[0]?.ec2InstanceID,
      sourceServerID: web1,
      privateIp: '10.16.0.4',
      availabilityZone: 'eu-west-1a',
      instanceType: 'm5.large',
      hostname: 'web-1',
      state: 'RUNNING',
      tags: { Name: 'web-1', AWSElasticDisasterRecoverySourceServerID: web1 },
    });
    expect(drs.instances()[1]?.availabilityZone).toBe('eu-west-1b');
  });

  it('stays STOPPED, and keeps the private address, if so configured', async () => {
    const server = {
      name: 'web-1',
      id: web1,
      privateIp: '10.9.8.7',
      launchDisposition: 'STOPPED',
      copyPrivateIp: true,
    };
    const { clock, drill, drs } = drsFixture({ ...steady, servers: [server] });
    await drill(web1);
    await clock.advance(600 * secondMs);
    expect(drs.instances()[0]).toMatchObject({ state: 'STOPPED', privateIp: '10.9.8.7' });
  });
});

describe('a second launch', () => {
  it('destroys the earlier instance of each of its servers, and logs CLEANUP only for them', async () => {
    const { client, clock, drill, drs, listed } = await recovered();
    const earlier = (await listed()).map((instance) => instance.recoveryInstanceID);
    const { jobID } = await drill(web1);
    await clock.advance(10 * secondMs);
    expect((await listed())[0]?.ec2InstanceState).toBe('SHUTTING-DOWN');
    await clock.advance(60 * secondMs);
    expect((await listed()).map((each) => [each.recoveryInstanceID, each.ec2InstanceState])).toStrictEqual([
      [earlier[0], 'TERMINATED'],
      [earlier[1], 'RUNNING'],
    ]);
    await clock.advance(900 * secondMs);
    expect((await listed()).map(({ ec2InstanceState }) => ec2InstanceState)).toStrictEqual([
      'RUNNING',
      'RUNNING',
    ]);
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID }));
    expect(log.map((item) => item.event).slice(0, 4)).toStrictEqual([
      'JOB_START',
      'CLEANUP_START',
      'CLEANUP_END',
      'SNAPSHOT_START',
    ]);
    expect(drs.instances().map(({ sourceServerID, state }) => [sourceServerID, state])).toStrictEqual([
      [web1, 'TERMINATED'],
      [web1, 'RUNNING'],
      [web2, 'RUNNING'],
    ]);
  });

  it('does not log CLEANUP on a first launch', async () => {
    const { client, job } = await recovered();
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID: job.jobID }));
    expect(log.map((item) => item.event).filter((event) => event?.startsWith('CLEANUP'))).toStrictEqual([]);
  });

  it('destroys even an instance that is disconnected and deleted', async () => {
    const { client, clock, drill, drs, listed } = await recovered();
    const [instance] = await listed();
    const id = { recoveryInstanceID: instance?.recoveryInstanceID };
    await client.send(new DisconnectRecoveryInstanceCommand(id));
    await client.send(new DeleteRecoveryInstanceCommand(id));
    expect(drs.instances()[0]?.state).toBe('RUNNING');
    await drill(web1);
    await clock.advance(60 * secondMs);
    expect(drs.instances()[0]?.state).toBe('TERMINATED');
  });

  it('leaves the earlier instance when its cleanup fails, and launches all the same', async () => {
    const { client, clock, drill, drs } = await recovered({ failures: [{ server: web1, phase: 'CLEANUP' }] });
    await drill(web1);
    await clock.advance(900 * secondMs);
    const { items: [job] = [] } = await client.send(new DescribeJobsCommand({}));
    expect(job?.participatingServers?.[0]?.launchStatus).toBe('LAUNCHED');
    expect(drs.instances().map(({ state }) => state)).toStrictEqual(['RUNNING', 'RUNNING', 'RUNNING']);
  });

  it('lets only the named one of two instances of a server be terminated', async () => {
    const { client, clock, drill, drs } = await recovered({
      failures: [{ server: web1, phase: 'CLEANUP', attempt: 2 }],
    });
    await drill(web1);
    await clock.advance(900 * secondMs);
    const [, second] = drs.instances();
    const recoveryInstanceIDs = [second?.instanceID ?? ''];
    await client.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs }));
    await clock.advance(60 * secondMs);
    expect(drs.instances().map(({ state }) => state)).toStrictEqual(['RUNNING', 'TERMINATED', 'RUNNING']);
  });

  it('cleans up for what another job is about to launch, where two jobs are let be', async () => {
    const { client, clock, drill } = drsFixture({ ...steady, oneJobPerServer: 'OFF' });
    await drill(web1);
    const { jobID } = await drill(web1);
    await clock.advance(60 * secondMs);
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID }));
    expect(log.map((item) => item.event)).toContain('CLEANUP_END');
  });

  it('lets a drill destroy what a recovery made', async () => {
    const { client, clock, drill, drs } = drsFixture();
    await client.send(new StartRecoveryCommand({ sourceServers: [{ sourceServerID: web1 }] }));
    await clock.advance(600 * secondMs);
    await drill(web1);
    await clock.advance(900 * secondMs);
    expect(drs.instances().map(({ isDrill, state }) => [isDrill, state])).toStrictEqual([
      [false, 'TERMINATED'],
      [true, 'RUNNING'],
    ]);
  });
});

describe('TerminateRecoveryInstances', () => {
  it('makes a TERMINATE job that names its instances and ends in TERMINATED', async () => {
    const { client, clock, listed } = await recovered();
    const recoveryInstanceIDs = (await listed()).map((instance) => instance.recoveryInstanceID ?? '');
    const { job } = await client.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs }));
    expect(job).toMatchObject({
      type: 'TERMINATE',
      initiatedBy: 'TERMINATE_RECOVERY_INSTANCES',
      status: 'PENDING',
      participatingServers: [
        { sourceServerID: web1, recoveryInstanceID: recoveryInstanceIDs[0] },
        { sourceServerID: web2, recoveryInstanceID: recoveryInstanceIDs[1] },
      ],
    });
    await clock.advance(60 * secondMs);
    const { items: [ended] = [] } = await client.send(new DescribeJobsCommand({}));
    expect(ended).toMatchObject({ status: 'COMPLETED', participatingServers: [] });
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID: job?.jobID }));
    expect(log.map((item) => item.event)).toStrictEqual([
      'JOB_START',
      'CLEANUP_START',
      'CLEANUP_START',
      'CLEANUP_END',
      'CLEANUP_END',
      'JOB_END',
    ]);
    expect((await listed()).map(({ ec2InstanceState }) => ec2InstanceState)).toStrictEqual([
      'TERMINATED',
      'TERMINATED',
    ]);
    await clock.advance(600 * secondMs);
    expect(await listed()).toStrictEqual([]);
  });

  it('refuses instances that do not exist, all by name, and those in a job', async () => {
    const { client, drill, listed } = await recovered();
    const [first, second] = await listed();
    const missing = ['i-00000000000000001', 'i-00000000000000002'];
    const bad = new TerminateRecoveryInstancesCommand({
      recoveryInstanceIDs: [...missing, second?.recoveryInstanceID ?? ''],
    });
    await expect(client.send(bad)).rejects.toMatchObject({
      name: 'ValidationException',
      fieldList: missing.map((id) => ({ message: `Recovery instance ${id} does not exist` })),
    });
    await drill(web1);
    const recoveryInstanceIDs = [first?.recoveryInstanceID ?? ''];
    const busy = client.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs }));
    await expect(busy).rejects.toBeInstanceOf(ConflictException);
  });

  it('leaves the instance when its termination fails', async () => {
    const { client, clock, listed } = await recovered({
      failures: [{ server: 'web-1', phase: 'CLEANUP', rawError: 'termination protection' }],
    });
    const recoveryInstanceIDs = (await listed()).map((instance) => instance.recoveryInstanceID ?? '');
    await client.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs }));
    await clock.advance(60 * secondMs);
    expect((await listed()).map((each) => [each.sourceServerID, each.ec2InstanceState])).toStrictEqual([
      [web1, 'RUNNING'],
      [web2, 'TERMINATED'],
    ]);
  });
});

describe('DeleteRecoveryInstance', () => {
  it('needs a disconnected instance', async () => {
    const { client, listed } = await recovered();
    const id = { recoveryInstanceID: (await listed())[0]?.recoveryInstanceID };
    await expect(client.send(new DeleteRecoveryInstanceCommand(id))).rejects.toBeInstanceOf(
      ConflictException,
    );
    await client.send(new DisconnectRecoveryInstanceCommand(id));
    expect((await listed())[0]?.dataReplicationInfo?.dataReplicationState).toBe('DISCONNECTED');
    await client.send(new DeleteRecoveryInstanceCommand(id));
    expect(await listed()).toHaveLength(1);
  });
});
