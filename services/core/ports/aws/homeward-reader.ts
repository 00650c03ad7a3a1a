import {
  GetLaunchConfigurationCommand,
  paginateDescribeRecoveryInstances,
  paginateDescribeSourceServers,
  type RecoveryInstance,
  ResourceNotFoundException,
  type SourceServer,
} from '@aws-sdk/client-drs';
import type { Target } from '../../../../contracts/plan.ts';
import type { RecordedMachine, ReplicatedServer, Replication } from '../../domain/homeward-server.ts';
import type { HomewardReader, LaunchSettings } from '../homeward-reader.ts';
import type { DrsClients } from './drs-clients.ts';
import { recoveryInstanceOf, sourceServerOf } from './drs-views.ts';
import type { Ec2Query } from './ec2-query.ts';
import { textAt, type Tree, treesAt } from './xml.ts';

/** DRS: DescribeRecoveryInstances takes so many ids at a time. */
const serverIdsMax = 200;

const sum = (bytes: readonly (number | undefined)[]): number =>
  bytes.reduce<number>((total, each = 0) => total + each, 0);

const replicationOf = (
  { dataReplicationInfo: info = {} }: SourceServer,
  lagSeconds: number | undefined,
): Replication => {
  const disks = info.replicatedDisks ?? [];
  const etaAt = Date.parse(info.etaDateTime ?? '');
  const error = info.dataReplicationError?.error;
  return {
    state: info.dataReplicationState ?? '',
    ...(lagSeconds !== undefined && { lagSeconds }),
    ...(error !== undefined && { error }),
    totalBytes: sum(disks.map(({ totalStorageBytes }) => totalStorageBytes)),
    copiedBytes: sum(disks.map(({ replicatedStorageBytes }) => replicatedStorageBytes)),
    rescannedBytes: sum(disks.map(({ rescannedStorageBytes }) => rescannedStorageBytes)),
    ...(!Number.isNaN(etaAt) && { etaAt }),
  };
};

const originOf = ({ sourceCloudProperties: { originAccountID, originRegion } = {} }: SourceServer) =>
  originAccountID !== undefined && originRegion !== undefined
    ? { origin: { account: originAccountID, region: originRegion } }
    : {};

const serverOf = (server: SourceServer): ReplicatedServer => {
  const { sourceServerId, name, lagSeconds, platform } = sourceServerOf(server);
  const machineId = server.sourceProperties?.identificationHints?.awsInstanceID;
  const reversedId = server.reversedDirectionSourceServerArn?.split('/').at(-1);
  const lastLaunch = server.lifeCycle?.lastLaunch?.status;
  return {
    ...{ sourceServerId, name },
    direction: server.replicationDirection === 'FAILBACK' ? 'FAILBACK' : 'FAILOVER',
    ...(machineId && { machineId }),
    ...originOf(server),
    replication: replicationOf(server, lagSeconds),
    ...(reversedId && { reversedId }),
    ...(lastLaunch !== undefined && { lastLaunch }),
    ...(platform !== undefined && { platform }),
  };
};

const isThere = ({ state }: RecordedMachine): boolean => state !== 'TERMINATED' && state !== 'NOT_FOUND';

const machineOf = (instance: RecoveryInstance): RecordedMachine => {
  const { instanceId, sourceServerId, state, isDrill, replication, failback } = recoveryInstanceOf(instance);
  return {
    ...{ instanceId, sourceServerId, state, isDrill },
    ...(replication !== undefined && { replication }),
    ...(failback !== undefined && { failback }),
  };
};

/** The network of a template stands with its first interface, or with the instance itself. */
const settingsOf = (version: Tree): LaunchSettings => {
  const [data] = treesAt([version], 'launchTemplateData');
  const trees = data === undefined ? [] : [data];
  const [card] = treesAt(trees, 'networkInterfaceSet', 'item');
  const subnetId = textAt(card, 'subnetId');
  const [profile] = treesAt(trees, 'iamInstanceProfile');
  const instanceProfile = textAt(profile, 'arn') ?? textAt(profile, 'name');
  const groups = [
    ...treesAt(card === undefined ? [] : [card], 'groupSet').flatMap((set) => set.get('groupId') ?? []),
    ...treesAt(trees, 'securityGroupIdSet').flatMap((set) => set.get('item') ?? []),
  ];
  return {
    ...(subnetId !== undefined && { subnetId }),
    securityGroupIds: groups.filter((group) => typeof group === 'string'),
    ...(instanceProfile !== undefined && { instanceProfile }),
  };
};

export const createAwsHomewardReader = (
  clientsOf: (target: Target) => DrsClients,
  ec2: Ec2Query,
): HomewardReader => ({
  async servers(target) {
    const client = clientsOf(target).reading;
    const servers: ReplicatedServer[] = [];
    for await (const { items = [] } of paginateDescribeSourceServers({ client }, { filters: {} }))
      servers.push(...items.map(serverOf));
    return servers;
  },
  async machines(target, ids) {
    const client = clientsOf(target).reading;
    const machines: RecordedMachine[] = [];
    for (let from = 0; from < ids.length; from += serverIdsMax) {
      const filters = { sourceServerIDs: ids.slice(from, from + serverIdsMax) };
      for await (const { items = [] } of paginateDescribeRecoveryInstances({ client }, { filters }))
        machines.push(...items.map(machineOf).filter(isThere));
    }
    return machines;
  },
  async launchSettings(target, sourceServerID) {
    try {
      const { ec2LaunchTemplateID } = await clientsOf(target).reading.send(
        new GetLaunchConfigurationCommand({ sourceServerID }),
      );
      if (ec2LaunchTemplateID === undefined) return undefined;
      const response = await ec2(target, 'DescribeLaunchTemplateVersions', {
        ...{ LaunchTemplateId: ec2LaunchTemplateID, 'LaunchTemplateVersion.1': '$Default' },
      });
      const [version] = treesAt([response], 'launchTemplateVersionSet', 'item');
      return version && settingsOf(version);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  },
});
