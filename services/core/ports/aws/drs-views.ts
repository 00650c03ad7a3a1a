import type {
  Job,
  GetLaunchConfigurationCommandOutput,
  JobLog,
  LaunchAction,
  LaunchActionRun as DrsLaunchActionRun,
  ParticipatingServer as DrsParticipatingServer,
  RecoveryInstance as DrsRecoveryInstance,
  RecoverySnapshot as DrsRecoverySnapshot,
  SourceServer as DrsSourceServer,
  StagingArea,
} from '@aws-sdk/client-drs';
import type {
  JobLogEntry,
  LaunchActionRun,
  ParticipatingServer,
  PlannedLaunchAction,
  RecoveryInstance,
  RecoveryJob,
} from '../../domain/recovery-job.ts';
import type { LaunchConfiguration, Platform, RecoverySnapshot, SourceServer } from '../recovery-service.ts';
import { durationSeconds, instantOf, UnreadableAnswerError } from './iso-8601.ts';

const textOf = (what: string, text: string | undefined): string => {
  if (text === undefined) throw new UnreadableAnswerError(what, text);
  return text;
};

/** A status that is not known is not an end: only COMPLETED is one. */
const statusOf = (status: string | undefined): RecoveryJob['status'] =>
  status === 'PENDING' || status === 'COMPLETED' ? status : 'STARTED';

/** What DRS does not call optional is not: its failure counts. */
export const launchActionOf = ({ actionCode = '', name, optional }: LaunchAction): PlannedLaunchAction => ({
  name: name ?? actionCode,
  document: actionCode,
  optional: optional ?? false,
});

const byOrder = (a: DrsLaunchActionRun, b: DrsLaunchActionRun): number =>
  (a.action?.order ?? 0) - (b.action?.order ?? 0);

const launchActionRunOf = ({ action = {}, status, failureReason }: DrsLaunchActionRun): LaunchActionRun => ({
  ...launchActionOf(action),
  status: status === 'SUCCEEDED' || status === 'FAILED' ? status : 'IN_PROGRESS',
  ...(failureReason !== undefined && failureReason !== '' && { failureReason }),
});

const participantOf = (server: DrsParticipatingServer): ParticipatingServer => ({
  sourceServerId: textOf('sourceServerID', server.sourceServerID),
  launchStatus: server.launchStatus ?? 'PENDING',
  ...(server.launchActionsStatus?.runs !== undefined && {
    launchActions: server.launchActionsStatus.runs.toSorted(byOrder).map(launchActionRunOf),
  }),
});

export const jobOf = (job: Job): RecoveryJob => ({
  jobId: textOf('jobID', job.jobID),
  type: job.type ?? '',
  isDrill: job.initiatedBy === 'START_DRILL',
  status: statusOf(job.status),
  createdAt: instantOf('creationDateTime', job.creationDateTime),
  ...(job.endDateTime !== undefined && { endedAt: instantOf('endDateTime', job.endDateTime) }),
  tags: job.tags ?? {},
  servers: (job.participatingServers ?? []).map(participantOf),
});

export const jobLogEntryOf = ({ logDateTime, event, eventData = {} }: JobLog): JobLogEntry => {
  const { sourceServerID, targetInstanceID, rawError } = eventData;
  return {
    at: instantOf('logDateTime', logDateTime),
    event: event ?? '',
    ...(sourceServerID !== undefined && { sourceServerId: sourceServerID }),
    ...(targetInstanceID !== undefined && { instanceId: targetInstanceID }),
    ...(rawError !== undefined && { error: rawError }),
  };
};

/** DRS does not recover a server whose volumes lack attributes or have not been looked at yet. */
const isMissing = (volumeStatus: string | undefined): boolean =>
  volumeStatus === 'PENDING' || volumeStatus?.startsWith('MISSING_VOLUME_ATTRIBUTES') === true;

/** An extended source server replicates in another account, and is launched with the help of the server there. */
const extensionOf = ({
  status,
  stagingAccountID,
  errorMessage,
}: StagingArea): Pick<SourceServer, 'stagingAccount' | 'extensionError'> => ({
  ...(stagingAccountID !== undefined && status !== 'NOT_EXTENDED' && { stagingAccount: stagingAccountID }),
  ...(status === 'EXTENSION_ERROR' && { extensionError: errorMessage ?? 'DRS does not say why' }),
});

const platformOf = (os: string | undefined): Pick<SourceServer, 'platform'> => {
  if (os === undefined || os === '') return {};
  const platform: Platform = /windows/i.test(os) ? 'windows' : 'linux';
  return { platform };
};

export const sourceServerOf = (server: DrsSourceServer): SourceServer => {
  const {
    dataReplicationInfo: replication = {},
    tags = {},
    sourceProperties,
    lifeCycle,
    stagingArea = {},
  } = server;
  const sourceServerId = textOf('sourceServerID', server.sourceServerID);
  const lagSeconds =
    replication.lagDuration === undefined ? undefined : durationSeconds(replication.lagDuration);
  const lastJobId = lifeCycle?.lastLaunch?.initiated?.jobID;
  return {
    sourceServerId,
    name: tags['Name'] ?? sourceProperties?.identificationHints?.hostname ?? sourceServerId,
    tags,
    replicationState: replication.dataReplicationState ?? '',
    volumesMissing: (replication.replicatedDisks ?? []).some(({ volumeStatus }) => isMissing(volumeStatus)),
    ...(lagSeconds !== undefined && { lagSeconds }),
    ...(lastJobId !== undefined && { lastJobId }),
    ...extensionOf(stagingArea),
    ...(server.replicationDirection === 'FAILBACK' && { direction: 'FAILBACK' }),
    ...platformOf(sourceProperties?.os?.fullString),
  };
};

/** On-premises DRS may not know the state of a failback, which is no sign that one has begun. */
const notBegun = new Set([undefined, 'FAILBACK_NOT_STARTED', 'FAILBACK_LAUNCH_STATE_NOT_AVAILABLE']);

export const recoveryInstanceOf = (instance: DrsRecoveryInstance): RecoveryInstance => {
  const failback: string | undefined = instance.failback?.state;
  const replication: string | undefined = instance.dataReplicationInfo?.dataReplicationState;
  return {
    sourceServerId: textOf('sourceServerID', instance.sourceServerID),
    instanceId: textOf('ec2InstanceID', instance.ec2InstanceID),
    state: instance.ec2InstanceState ?? '',
    isDrill: instance.isDrill ?? false,
    jobId: instance.jobID ?? '',
    ...(instance.pointInTimeSnapshotDateTime !== undefined && {
      pointInTime: instantOf('pointInTimeSnapshotDateTime', instance.pointInTimeSnapshotDateTime),
    }),
    ...(failback !== undefined && !notBegun.has(failback) && { failback }),
    ...(replication !== undefined && replication !== 'NOT_STARTED' && { replication }),
  };
};

export const launchConfigurationOf = ({
  launchIntoInstanceProperties,
  copyPrivateIp,
  copyTags,
}: Partial<GetLaunchConfigurationCommandOutput>): LaunchConfiguration => {
  const into = launchIntoInstanceProperties?.launchIntoEC2InstanceID ?? '';
  return {
    ...(into !== '' && { intoInstanceId: into }),
    copiesPrivateAddress: copyPrivateIp ?? false,
    copiesTags: copyTags ?? false,
  };
};

export const recoverySnapshotOf = (snapshot: DrsRecoverySnapshot): RecoverySnapshot => ({
  snapshotId: textOf('snapshotID', snapshot.snapshotID),
  takenAt: instantOf('timestamp', snapshot.timestamp ?? snapshot.expectedTimestamp),
});
