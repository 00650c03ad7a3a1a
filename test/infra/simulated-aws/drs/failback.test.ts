import {
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  ReverseReplicationCommand,
  StartFailbackLaunchCommand,
  StopFailbackCommand,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { createLocalDrs } from '../../../../infra/simulated-aws/drs/local-drs.ts';
import type { LocalDrs } from '../../../../infra/simulated-aws/drs/local-drs.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { type Ec2View, emptyEc2, type ExistingInstance } from '../../../../infra/simulated-aws/drs/world.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { seededRandom } from '../random.ts';
import { drsFixture, secondMs, steady, web1 } from './fixture.ts';

const recovered = async (scenario: object, options?: Parameters<typeof drsFixture>[1]) => {
  const fixture = drsFixture({ ...steady, ...scenario }, options);
  await fixture.drill(web1);
  await fixture.clock.advance(600 * secondMs);
  const recoveryInstanceID = fixture.drs.instances()[0]?.instanceID ?? '';
  const failback = async () => {
    const { items = [] } = await fixture.client.send(new DescribeRecoveryInstancesCommand({}));
    return items[0]?.failback;
  };
  return { ...fixture, recoveryInstanceID, failback };
};

describe('failback onto an on-premises server', () => {
  const client = { clientBootsAfterSeconds: 100 };

  it('becomes ready once its client is up and in sync, and completes by a job', async () => {
    const drs = await recovered({ failback: client, hints: { delaySecondsMax: 0, delaySecondsMin: 0 } });
    const { clock, recoveryInstanceID } = drs;
    expect((await drs.failback())?.state).toBe('FAILBACK_NOT_STARTED');
    await clock.advance(60 * secondMs);
    expect((await drs.failback())?.state).toBe('FAILBACK_IN_PROGRESS');
    await clock.advance(120 * secondMs);
    expect((await drs.failback())?.state).toBe('FAILBACK_READY_FOR_LAUNCH');
    const start = new StartFailbackLaunchCommand({
      recoveryInstanceIDs: [recoveryInstanceID],
      tags: { a: 'b' },
    });
    const { job } = await drs.client.send(start);
    expect(job).toMatchObject({ type: 'LAUNCH', initiatedBy: 'FAILBACK', tags: { a: 'b' } });
    await clock.advance(100 * secondMs);
    expect(await drs.failback()).toMatchObject({ state: 'FAILBACK_COMPLETED', failbackJobID: job?.jobID });
    const changes = drs.events.filter(({ event }) => event['detail-type'].includes('Failback'));
    expect(changes.map(({ event }) => [event.resources[0], event.detail['state']])).toStrictEqual([
      [`arn:aws:drs:eu-west-1:111122223333:recovery-instance/${recoveryInstanceID}`, 'FAILBACK_IN_PROGRESS'],
      [`arn:aws:drs:eu-west-1:111122223333:recovery-instance/${recoveryInstanceID}`, 'FAILBACK_COMPLETED'],
    ]);
  });

  it('is in sync a while before it is ready, where the scenario has it so', async () => {
    const drs = await recovered({ failback: { ...client, notReadySeconds: 60 } });
    await drs.clock.advance(60 * secondMs);
    const replicates = async () => {
      const { items: [item] = [] } = await drs.client.send(new DescribeRecoveryInstancesCommand({}));
      const [disk] = item?.dataReplicationInfo?.replicatedDisks ?? [];
      return [item?.failback?.state, (disk?.replicatedStorageBytes ?? 0) === disk?.totalStorageBytes];
    };
    expect(await replicates()).toEqual(['FAILBACK_IN_PROGRESS', false]);
    await drs.clock.advance(120 * secondMs);
    expect(await replicates()).toEqual(['FAILBACK_NOT_READY_FOR_LAUNCH', true]);
    const start = new StartFailbackLaunchCommand({ recoveryInstanceIDs: [drs.recoveryInstanceID] });
    await expect(drs.client.send(start)).rejects.toMatchObject({ name: 'ValidationException' });
    await drs.clock.advance(60 * secondMs);
    expect(await replicates()).toEqual(['FAILBACK_READY_FOR_LAUNCH', true]);
  });

  it('makes no instance and destroys none', async () => {
    const drs = await recovered({ failback: client });
    await drs.clock.advance(300 * secondMs);
    await drs.client.send(new StartFailbackLaunchCommand({ recoveryInstanceIDs: [drs.recoveryInstanceID] }));
    await drs.clock.advance(300 * secondMs);
    expect(drs.drs.instances().map((instance) => instance.state)).toStrictEqual(['RUNNING']);
  });

  it('ends in FAILBACK_ERROR if it fails', async () => {
    const drs = await recovered({ failback: { ...client, fails: true } });
    await drs.clock.advance(300 * secondMs);
    await drs.client.send(new StartFailbackLaunchCommand({ recoveryInstanceIDs: [drs.recoveryInstanceID] }));
    await drs.clock.advance(300 * secondMs);
    expect((await drs.failback())?.state).toBe('FAILBACK_ERROR');
  });

  it('is refused for an instance that is not ready, and stopped on demand', async () => {
    const drs = await recovered({ failback: client });
    const start = new StartFailbackLaunchCommand({ recoveryInstanceIDs: [drs.recoveryInstanceID] });
    await expect(drs.client.send(start)).rejects.toMatchObject({ name: 'ValidationException' });
    await drs.clock.advance(300 * secondMs);
    await drs.client.send(new StopFailbackCommand({ recoveryInstanceID: drs.recoveryInstanceID }));
    expect((await drs.failback())?.state).toBe('FAILBACK_NOT_STARTED');
    await expect(drs.client.send(start)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

const original: ExistingInstance = {
  ...{ state: 'RUNNING', tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' }, platform: 'linux' },
  ...{ architecture: 'x86_64', virtualizationType: 'hvm', rootDeviceType: 'ebs', bootMode: 'legacy-bios' },
  ...{ privateIp: '10.9.0.4', availabilityZone: 'eu-central-1b' },
};

describe('reversed replication', () => {
  const origin = { account: '111122223333', region: 'eu-central-1', availabilityZone: 'eu-central-1b' };
  const fromEc2 = { servers: [{ name: 'web-1', id: web1, origin }] };

  /** The DRS of the Region that the server came from, on the clock of the other. */
  const originOf = (clock: ReturnType<typeof drsFixture>['clock'], ec2: Ec2View = emptyEc2): LocalDrs =>
    createLocalDrs({
      ...{ clock, ec2 },
      journal: openJournal(undefined),
      account: origin.account,
      region: origin.region,
      scenario: parseDrsScenario({}),
      random: seededRandom(3),
      emit: () => undefined,
    });

  it('makes a source server in the origin Region that can be recovered there after its sync', async () => {
    const there: { drs?: LocalDrs } = {};
    const here = await recovered(fromEc2, {
      peer: (account, region) =>
        account === origin.account && region === origin.region ? there.drs : undefined,
    });
    there.drs = originOf(here.clock);
    const command = new ReverseReplicationCommand({ recoveryInstanceID: here.recoveryInstanceID });
    const { reversedDirectionSourceServerArn: arn } = await here.client.send(command);
    expect(arn).toMatch(/^arn:aws:drs:eu-central-1:111122223333:source-server\/s-[0-9a-f]{17}$/);
    const { items: [server] = [] } = await here.client.send(new DescribeSourceServersCommand({}));
    expect(server?.reversedDirectionSourceServerArn).toBe(arn);

    const look = async () => {
      const answer = await there.drs?.service.handle({
        method: 'POST',
        path: '/DescribeSourceServers',
        query: {},
        headers: {},
        body: '{}',
      });
      return (JSON.parse(answer?.body ?? '') as { items: unknown[] }).items;
    };
    expect(await look()).toMatchObject([
      {
        arn,
        replicationDirection: 'FAILBACK',
        dataReplicationInfo: { dataReplicationState: 'INITIATING' },
        sourceCloudProperties: { originRegion: 'eu-west-1' },
      },
    ]);
    await here.clock.advance(130 * secondMs);
    expect(await look()).toMatchObject([{ dataReplicationInfo: { dataReplicationState: 'CONTINUOUS' } }]);
    await expect(here.client.send(command)).rejects.toMatchObject({ name: 'ConflictException' });
  });

  it('is launched into the machine that the server was, where the account there has it so', async () => {
    const there: { drs?: LocalDrs } = {};
    const awsInstanceID = 'i-0123456789abcdef0';
    const here = await recovered(
      { servers: [{ name: 'web-1', id: web1, origin, awsInstanceID }] },
      { peer: () => there.drs },
    );
    const drs = originOf(here.clock, {
      ...emptyEc2,
      existing: (id) => (id === awsInstanceID ? original : undefined),
    });
    there.drs = drs;
    const call = async (operation: string, input: object = {}) => {
      const body = JSON.stringify(input);
      const wire = { method: 'POST', path: `/${operation}`, query: {}, headers: {}, body };
      return JSON.parse((await drs.service.handle(wire)).body) as unknown;
    };
    await call('CreateLaunchConfigurationTemplate', { launchIntoSourceInstance: true });
    const { recoveryInstanceID } = here;
    const { reversedDirectionSourceServerArn: arn = '' } = await here.client.send(
      new ReverseReplicationCommand({ recoveryInstanceID }),
    );
    const sourceServerID = arn.slice(arn.indexOf('/') + 1);
    expect(await call('DescribeSourceServers')).toMatchObject({
      items: [{ sourceProperties: { identificationHints: { awsInstanceID: recoveryInstanceID } } }],
    });
    expect(await call('GetLaunchConfiguration', { sourceServerID })).toMatchObject({
      launchIntoInstanceProperties: { launchIntoEC2InstanceID: awsInstanceID },
    });
  });

  it('is for servers that come from EC2 only', async () => {
    const { client, recoveryInstanceID } = await recovered({});
    const work = client.send(new ReverseReplicationCommand({ recoveryInstanceID }));
    await expect(work).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
