import {
  ConflictException,
  CreateSourceNetworkCommand,
  DeleteSourceNetworkCommand,
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  DescribeSourceNetworksCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  StartSourceNetworkRecoveryCommand,
  StartSourceNetworkReplicationCommand,
  StopSourceNetworkReplicationCommand,
  ValidationException,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, secondMs, startAt } from './fixture.ts';

const origin = { originAccountID: '444455556666', originRegion: 'eu-central-1' };
const vpcID = 'vpc-0123456789abcdef0';
const noDelay = { delaySecondsMin: 0, delaySecondsMax: 0 };

const networkFixture = async (sourceNetworks: object = {}) => {
  const fixture = drsFixture({ hints: noDelay, sourceNetworks });
  const { client } = fixture;
  const { sourceNetworkID = '' } = await client.send(
    new CreateSourceNetworkCommand({ vpcID, ...origin, tags: { Tier: 'core' } }),
  );
  const network = async () => (await client.send(new DescribeSourceNetworksCommand({}))).items?.[0];
  const start = () => client.send(new StartSourceNetworkReplicationCommand({ sourceNetworkID }));
  const recover = (more: { deployAsNew?: boolean } = {}) =>
    client.send(new StartSourceNetworkRecoveryCommand({ sourceNetworks: [{ sourceNetworkID }], ...more }));
  const told = () =>
    fixture.events.map(({ at, event }) => [
      Math.floor((at - startAt) / 1000),
      event['detail-type'],
      event.detail,
    ]);
  return { ...fixture, sourceNetworkID, network, start, recover, told };
};

describe('a source network', () => {
  it('is stopped at first, and protected some time after its replication is started', async () => {
    const { client, clock, network, start, told, sourceNetworkID } = await networkFixture();
    const arn = `arn:aws:drs:eu-west-1:111122223333:source-network/${sourceNetworkID}`;
    expect(await network()).toMatchObject({
      ...{ sourceNetworkID, arn, sourceVpcID: vpcID, sourceAccountID: '444455556666' },
      replicationStatus: 'STOPPED',
      lastRecovery: { lastRecoveryResult: 'NOT_STARTED' },
    });
    const { tags } = await client.send(new ListTagsForResourceCommand({ resourceArn: arn }));
    expect(tags).toEqual({ Tier: 'core' });
    const { sourceNetwork } = await start();
    expect(sourceNetwork?.replicationStatus).toBe('IN_PROGRESS');
    await expect(start()).rejects.toBeInstanceOf(ConflictException);
    await clock.advance(60 * secondMs);
    expect((await network())?.replicationStatus).toBe('PROTECTED');
    await client.send(new StopSourceNetworkReplicationCommand({ sourceNetworkID }));
    await clock.advance(secondMs);
    const detailType = 'DRS Source Network Protection Status Change';
    expect(told()).toEqual([
      [60, detailType, { state: 'PROTECTED' }],
      [60, detailType, { state: 'STOPPED' }],
    ]);
  });

  it('that is stopped in time is never announced as protected; one that fails is an error', async () => {
    const stopped = await networkFixture();
    await stopped.start();
    await stopped.clock.advance(10 * secondMs);
    const { sourceNetworkID } = stopped;
    await stopped.client.send(new StopSourceNetworkReplicationCommand({ sourceNetworkID }));
    await stopped.clock.advance(100 * secondMs);
    expect(stopped.told().map(([, , detail]) => detail)).toEqual([{ state: 'STOPPED' }]);
    const failing = await networkFixture({ replicationFails: true });
    await failing.start();
    await failing.clock.advance(100 * secondMs);
    expect(failing.told().map(([, , detail]) => detail)).toEqual([{ state: 'ERROR' }]);
    expect((await failing.network())?.replicationStatus).toBe('ERROR');
  });

  it('is made here by a job of its own, and brought up to date by the next', async () => {
    const { client, clock, network, start, recover, told, sourceNetworkID } = await networkFixture();
    await start();
    await clock.advance(100 * secondMs);
    const { job } = await recover();
    expect(job).toMatchObject({
      ...{ type: 'LAUNCH', initiatedBy: 'CREATE_NETWORK_RECOVERY', status: 'PENDING' },
      participatingServers: [],
      participatingResources: [{ participatingResourceID: { sourceNetworkID }, launchStatus: 'PENDING' }],
    });
    expect((await network())?.lastRecovery).toMatchObject({ lastRecoveryResult: 'IN_PROGRESS' });
    await expect(recover()).rejects.toBeInstanceOf(ConflictException);
    await clock.advance(300 * secondMs);
    const made = await network();
    expect(made).toMatchObject({
      lastRecovery: { jobID: job?.jobID, lastRecoveryResult: 'SUCCESS' },
      launchedVpcID: expect.stringMatching(/^vpc-[0-9a-f]{17}$/),
      cfnStackName: expect.stringMatching(/^[a-zA-Z][-a-zA-Z0-9]*$/),
    });
    const { items: log = [] } = await client.send(new DescribeJobLogItemsCommand({ jobID: job?.jobID }));
    expect(log.map(({ event }) => event)).toEqual([
      'JOB_START',
      'DEPLOY_NETWORK_CONFIGURATION_START',
      'DEPLOY_NETWORK_CONFIGURATION_END',
      'JOB_END',
    ]);
    expect(told().at(-1)).toEqual([280, 'DRS Source Network Recovery Result', { state: 'SUCCESS' }]);
    const { job: second } = await recover();
    expect(second?.initiatedBy).toBe('UPDATE_NETWORK_RECOVERY');
    await clock.advance(300 * secondMs);
    expect((await network())?.launchedVpcID).toBe(made?.launchedVpcID);
    const { job: third } = await recover({ deployAsNew: true });
    expect(third?.initiatedBy).toBe('CREATE_NETWORK_RECOVERY');
    await clock.advance(300 * secondMs);
    expect((await network())?.launchedVpcID).not.toBe(made?.launchedVpcID);
  });

  it('whose recovery fails says so', async () => {
    const { client, clock, network, start, recover, told } = await networkFixture({ recoveryFails: true });
    await start();
    await clock.advance(100 * secondMs);
    const { job } = await recover();
    await clock.advance(300 * secondMs);
    expect((await network())?.lastRecovery?.lastRecoveryResult).toBe('FAIL');
    expect(told().at(-1)?.[2]).toEqual({ state: 'FAIL' });
    const filters = { jobIDs: [job!.jobID!] };
    const { items } = await client.send(new DescribeJobsCommand({ filters }));
    expect(items).toMatchObject([
      { status: 'COMPLETED', participatingResources: [{ launchStatus: 'FAILED' }] },
    ]);
  });

  it('is made from nothing by no call', async () => {
    const { recover } = await networkFixture();
    await expect(recover()).rejects.toBeInstanceOf(ValidationException);
  });

  it('exists once for a VPC, and is deleted only when it is stopped', async () => {
    const { client, network, start, sourceNetworkID } = await networkFixture();
    const again = client.send(new CreateSourceNetworkCommand({ vpcID, ...origin }));
    await expect(again).rejects.toBeInstanceOf(ConflictException);
    await start();
    const remove = () => client.send(new DeleteSourceNetworkCommand({ sourceNetworkID }));
    await expect(remove()).rejects.toBeInstanceOf(ConflictException);
    await client.send(new StopSourceNetworkReplicationCommand({ sourceNetworkID }));
    await remove();
    expect(await network()).toBeUndefined();
    await expect(remove()).rejects.toBeInstanceOf(ResourceNotFoundException);
  });
});
