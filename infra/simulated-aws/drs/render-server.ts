import { isAlive, recoveryInstancesOf } from './instances.ts';
import { stepsOf } from './initiation.ts';
import type { Course, Job } from './job.ts';
import { isVisibleAt, launchStatusAt } from './job.ts';
import type { Replication } from './replication-state.ts';
import { replicationOf } from './replication.ts';
import { hardwareOf, macAddressOf, type SourceServer } from './source-server.ts';
import { durationOf, timestampOf } from './timestamp.ts';
import type { World } from './world.ts';
import { arnOf, jobsOf, tagsOf } from './world.ts';

const gibBytes = 1024 ** 3;
const dayMs = 86_400_000;

/** Servers of the scenario look as though they had been added some weeks before the simulation was opened. */
export const addedAtOf = (world: World, server: SourceServer): number =>
  server.addedAt ?? world.state.openedAt - (30 + (server.index % 7)) * dayMs;

interface Launch {
  readonly job: Job;
  readonly course: Course;
}

const lastLaunchOf = (world: World, server: SourceServer): Launch | undefined => {
  const job = jobsOf(world, server.sourceServerID).findLast(
    (own) => own.type === 'LAUNCH' && own.initiatedBy !== 'FAILBACK' && isVisibleAt(own, world.now),
  );
  const course = job?.courses.find((own) => own.sourceServerID === server.sourceServerID);
  return job && course && { job, course };
};

const lastLaunchResults = {
  PENDING: 'PENDING',
  IN_PROGRESS: 'PENDING',
  LAUNCHED: 'SUCCEEDED',
  FAILED: 'FAILED',
  TERMINATED: 'SUCCEEDED',
} as const;

const lifeCycleOf = (world: World, server: SourceServer, launch: Launch | undefined) => {
  const addedAt = addedAtOf(world, server);
  return {
    addedToServiceDateTime: timestampOf(addedAt),
    firstByteDateTime: timestampOf(addedAt + 95_000),
    elapsedReplicationDuration: durationOf(Math.max(0, world.now - addedAt - 95_000)),
    lastSeenByServiceDateTime: timestampOf(world.now - (world.now % 60_000)),
    lastLaunch: {
      initiated: launch
        ? {
            apiCallDateTime: timestampOf(launch.job.createdAt),
            jobID: launch.job.jobID,
            type: launch.job.initiatedBy === 'START_DRILL' ? 'DRILL' : 'RECOVERY',
          }
        : {},
      ...(launch && { status: launchStatusAt(launch.job, launch.course, world.now) }),
    },
  };
};

/** How many bytes of each disk are where. */
const disksOf = ({ disks }: SourceServer, { state, lagMs, copied, rescanned }: Replication) => {
  const isDisconnected = state === 'DISCONNECTED';
  return disks.map(({ deviceName, gib }) => {
    const bytes = isDisconnected ? 0 : gib * gibBytes;
    return {
      deviceName,
      totalStorageBytes: bytes,
      replicatedStorageBytes: Math.floor(bytes * copied),
      rescannedStorageBytes: Math.floor(bytes * rescanned),
      backloggedStorageBytes: lagMs > 0 && !isDisconnected ? Math.round(lagMs * 1000) : 0,
    };
  });
};

/** What DataReplicationInfo and RecoveryInstanceDataReplicationInfo have in common. */
export const replicationProgressOf = (server: SourceServer, replication: Replication) => {
  const { state, lagMs, error, initiation, doneAt } = replication;
  return {
    dataReplicationState: state,
    // A server that is disconnected has no lag any more, and nothing of it is held.
    ...(state !== 'DISCONNECTED' && { lagDuration: durationOf(lagMs) }),
    ...(doneAt !== undefined && { etaDateTime: timestampOf(doneAt) }),
    replicatedDisks: disksOf(server, replication),
    ...(initiation && {
      dataReplicationInitiation: {
        startDateTime: timestampOf(initiation.startedAt),
        steps: stepsOf(initiation),
      },
    }),
    ...(error !== undefined && { dataReplicationError: { error } }),
  };
};

const replicationInfoOf = (world: World, server: SourceServer, replication: Replication) => {
  const progress = replicationProgressOf(server, replication);
  const statuses = server.disks.map(({ volumeStatus }) => volumeStatus);
  return {
    ...progress,
    replicatedDisks: progress.replicatedDisks.map((disk, at) => ({ ...disk, volumeStatus: statuses[at] })),
    stagingAvailabilityZone: `${world.setting.place.region}a`,
  };
};

/** By what a machine is known: one in EC2 by its instance, one of a vCenter by its UUID there. */
const hintsOf = (world: World, server: SourceServer) => ({
  hostname: server.hostname,
  fqdn: server.hostname,
  ...hardwareOf(world.setting.place, server),
});

const propertiesOf = (world: World, server: SourceServer) => ({
  lastUpdatedDateTime: timestampOf(addedAtOf(world, server)),
  recommendedInstanceType: server.instanceType,
  identificationHints: hintsOf(world, server),
  networkInterfaces: [{ macAddress: macAddressOf(server), ips: [server.privateIp], isPrimary: true }],
  disks: server.disks.map(({ deviceName, gib }) => ({ deviceName, bytes: gib * gibBytes })),
  cpus: [{ cores: server.cpus, modelName: 'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz' }],
  ramBytes: server.ramGib * gibBytes,
  os: { fullString: server.os },
  supportsNitroInstances: true,
});

const stagingAreaOf = (server: SourceServer) =>
  server.stagingAccountID === undefined
    ? { status: 'NOT_EXTENDED' }
    : {
        status: server.extensionError === undefined ? 'EXTENDED' : 'EXTENSION_ERROR',
        stagingAccountID: server.stagingAccountID,
        ...(server.stagingSourceServerArn && { stagingSourceServerArn: server.stagingSourceServerArn }),
        ...(server.extensionError !== undefined && { errorMessage: server.extensionError }),
      };

/** The SourceServer shape of the API, as it stands at `world.now`. */
export const renderServer = (world: World, server: SourceServer) => {
  const arn = arnOf(world, 'source-server', server.sourceServerID);
  const launch = lastLaunchOf(world, server);
  const instance = recoveryInstancesOf(world, server.sourceServerID).findLast(isAlive);
  const reversedArn = world.state.serverChanges[server.sourceServerID]?.reversedArn;
  return {
    sourceServerID: server.sourceServerID,
    arn,
    tags: tagsOf(world, arn, server.tags),
    ...(instance && { recoveryInstanceId: instance.instanceID }),
    lastLaunchResult: launch
      ? lastLaunchResults[launchStatusAt(launch.job, launch.course, world.now)]
      : 'NOT_STARTED',
    dataReplicationInfo: replicationInfoOf(world, server, replicationOf(world, server)),
    lifeCycle: lifeCycleOf(world, server, launch),
    sourceProperties: propertiesOf(world, server),
    stagingArea: stagingAreaOf(server),
    ...(server.origin && {
      sourceCloudProperties: {
        originAccountID: server.origin.account,
        originRegion: server.origin.region,
        originAvailabilityZone: server.origin.availabilityZone,
      },
    }),
    replicationDirection: server.replicationDirection,
    ...(reversedArn !== undefined && { reversedDirectionSourceServerArn: reversedArn }),
    agentVersion: '5.4.20260801',
  };
};
