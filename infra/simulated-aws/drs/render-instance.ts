import { failbackJobOf, failbackStateOf, wayBackOf } from './failback.ts';
import { changesOf, type Ec2Instance } from './instances.ts';
import { replicationProgressOf } from './render-server.ts';
import { timestampOf } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf, serverById, tagsOf } from './world.ts';

const failbackOf = (world: World, instance: Ec2Instance) => {
  const job = failbackJobOf(world, instance);
  const wayBack = wayBackOf(world, instance);
  return {
    state: failbackStateOf(world, instance),
    failbackToOriginalServer: false,
    ...(wayBack && { failbackInitiationTime: timestampOf(wayBack.since) }),
    ...(job && {
      failbackJobID: job.jobID,
      failbackLaunchType: instance.isDrill ? 'DRILL' : 'RECOVERY',
    }),
  };
};

/** How an instance replicates back: DRS says of it what it says of the reversed server. */
const replicationInfoOf = (world: World, instance: Ec2Instance) => {
  if (changesOf(world, instance).disconnectedAt !== undefined)
    return { dataReplicationState: 'DISCONNECTED', lagDuration: 'P0D' };
  const wayBack = wayBackOf(world, instance);
  return wayBack === undefined
    ? { dataReplicationState: 'NOT_STARTED', lagDuration: 'P0D' }
    : replicationProgressOf(wayBack.server, wayBack.replication);
};

export const instanceTagsOf = (world: World, instance: Ec2Instance): Readonly<Record<string, string>> => {
  const server = serverById(world, instance.sourceServerID);
  const configuration = world.state.launchConfigurations[instance.sourceServerID];
  const copies = configuration?.copyTags ?? server?.copyTags ?? false;
  return {
    ...instance.templateTags,
    ...(copies && server?.tags),
    AWSElasticDisasterRecoverySourceServerID: instance.sourceServerID,
    AWSElasticDisasterRecoveryManaged: 'drs.amazonaws.com',
    'drs.amazonaws.com-job': instance.jobID,
    'drs.amazonaws.com-source-server': instance.sourceServerID,
  };
};

/** The RecoveryInstance shape of the API, as it stands at `world.now`. */
export const renderInstance = (world: World, instance: Ec2Instance) => {
  const arn = arnOf(world, 'recovery-instance', instance.instanceID);
  const server = serverById(world, instance.sourceServerID);
  return {
    recoveryInstanceID: instance.instanceID,
    ec2InstanceID: instance.instanceID,
    ec2InstanceState: instance.state,
    jobID: instance.jobID,
    sourceServerID: instance.sourceServerID,
    arn,
    tags: tagsOf(world, arn, instanceTagsOf(world, instance)),
    isDrill: instance.isDrill,
    pointInTimeSnapshotDateTime: timestampOf(instance.dataAt),
    failback: failbackOf(world, instance),
    dataReplicationInfo: replicationInfoOf(world, instance),
    recoveryInstanceProperties: {
      lastUpdatedDateTime: timestampOf(instance.launchedAt),
      identificationHints: { awsInstanceID: instance.instanceID, hostname: server?.hostname ?? '' },
      networkInterfaces: [{ ips: [instance.privateIp], isPrimary: true }],
      ...(server && { os: { fullString: server.os } }),
    },
    originEnvironment: server?.origin === undefined ? 'ON_PREMISES' : 'AWS',
    ...(server?.origin && { originAvailabilityZone: server.origin.availabilityZone }),
  };
};
