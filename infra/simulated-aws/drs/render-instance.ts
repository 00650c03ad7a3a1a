import { failbackBeganAt, failbackJobOf, failbackStateOf } from './failback.ts';
import type { Ec2Instance } from './instances.ts';
import { timestampOf } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf, serverById, tagsOf } from './world.ts';

const failbackOf = (world: World, instance: Ec2Instance) => {
  const job = failbackJobOf(world, instance);
  const beganAt = failbackBeganAt(world, instance);
  return {
    state: failbackStateOf(world, instance),
    failbackToOriginalServer: false,
    ...(beganAt !== undefined && { failbackInitiationTime: timestampOf(beganAt) }),
    ...(job && { failbackJobID: job.jobID, failbackLaunchType: 'RECOVERY' }),
  };
};

const replicationStateOf = (world: World, instance: Ec2Instance): string => {
  if (world.state.instanceChanges[instance.instanceID]?.disconnectedAt !== undefined) return 'DISCONNECTED';
  const state = failbackStateOf(world, instance);
  if (state === 'FAILBACK_NOT_STARTED') return 'NOT_STARTED';
  const beganAt = failbackBeganAt(world, instance) ?? world.now;
  return world.now < beganAt + world.setting.scenario.resyncSeconds * 1000 ? 'INITIAL_SYNC' : 'CONTINUOUS';
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
    dataReplicationInfo: { dataReplicationState: replicationStateOf(world, instance), lagDuration: 'P0D' },
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
