import type { RecoveryPoint, ServerResult } from '../../../../contracts/wave-events.ts';
import type { Wave } from './wave.ts';
import type { JobState } from './state.ts';
import type {
  JobLogEntry,
  LaunchActionRun,
  PlannedLaunchAction,
  RecoveryInstance,
  RecoveryJob,
} from '../recovery-job.ts';
import { durationsOf, phaseBegun } from './job-log.ts';
import { clipped, overdueText, shortName, toldActions, verdictOf } from './launch-actions.ts';

/** A job as DRS shows it, with its log where that was read. */
export interface Observation {
  readonly job: RecoveryJob;
  readonly log?: readonly JobLogEntry[];
  /** Which launch actions servers are to have, where DRS was asked. */
  readonly planned?: ReadonlyMap<string, readonly PlannedLaunchAction[]>;
  /** Why that could not be read of some of them. */
  readonly unread?: string;
  /** The instances that the job has launched, where they were read and DRS shows them. */
  readonly instances?: readonly RecoveryInstance[];
}

export interface ServerObservation extends Observation {
  readonly wave: Wave;
  readonly state: JobState;
  readonly sourceServerId: string;
}

export const runsOf = (job: RecoveryJob, sourceServerId: string): readonly LaunchActionRun[] =>
  job.servers.find((server) => server.sourceServerId === sourceServerId)?.launchActions ?? [];

export const launchActionsVerdict = (
  { job, planned }: Observation,
  state: JobState,
  sourceServerId: string,
): ReturnType<typeof verdictOf> =>
  verdictOf(runsOf(job, sourceServerId), state.launchActions?.[sourceServerId], planned?.get(sourceServerId));

export const launchStatusOf = (job: RecoveryJob, sourceServerId: string): string =>
  job.servers.find((server) => server.sourceServerId === sourceServerId)?.launchStatus ??
  'missing from the job';

/** A call without the rights that DRS needs is accepted and ends about so soon, without an error anywhere. */
const isShort = ({ createdAt, endedAt = createdAt }: RecoveryJob): boolean => endedAt - createdAt < 20_000;

const isFault = (event: string): boolean =>
  /_FAIL(ED)?$/.test(event) || event === 'SERVER_SKIPPED' || event === 'USING_PREVIOUS_SNAPSHOT_FAILED';

const failedRuns = (runs: readonly LaunchActionRun[], isOptional: boolean): readonly string[] =>
  runs
    .filter(({ status, optional }) => status === 'FAILED' && optional === isOptional)
    .map(
      ({ name, failureReason = 'DRS gives no reason' }) =>
        `${isOptional ? 'optional ' : ''}launch action ${shortName(name)} failed: ${clipped(failureReason)}`,
    );

const entryText = ({ event, error }: JobLogEntry): string =>
  error === undefined ? event : `${event}: ${clipped(error)}`;

/** In characters. A wave may have a thousand of them; DRS's own log keeps the whole text. */
const failureMax = 1_000;

/** Why a server was not launched: what the log says of it, and only where it says nothing what that suggests. */
const launchFailure = (job: RecoveryJob, log: readonly JobLogEntry[], sourceServerId: string): string => {
  const own = log.filter((entry) => entry.sourceServerId === sourceServerId);
  const last = own.findLast(({ event }) => phaseBegun[event] === 'FAILED');
  if (last?.error !== undefined) return clipped(last.error, failureMax);
  const other = own.find(({ error }) => error !== undefined);
  if (last !== undefined)
    return other === undefined ? last.event : `${last.event}; the log also says ${entryText(other)}`;
  const status = launchStatusOf(job, sourceServerId);
  const isCancelled = log.some(
    ({ event, sourceServerId: id = sourceServerId }) => event === 'JOB_CANCEL' && id === sourceServerId,
  );
  if (isCancelled) return 'the job was cancelled in DRS';
  if (other !== undefined) return entryText(other);
  if (status === 'TERMINATED') return 'it was terminated while the job ran';
  if (status !== 'FAILED') return `the job ended without it: launch status ${status}`;
  const hasBegun = own.some(({ event }) => event === 'CONVERSION_START' || event === 'LAUNCH_START');
  return isShort(job) && !hasBegun
    ? 'launch status FAILED without a reason in the log; a job that ends within seconds lacks permissions'
    : 'launch status FAILED; neither the log of the job nor its launch actions say why';
};

const instanceOf = ({
  instances = [],
  sourceServerId,
  job,
}: ServerObservation): RecoveryInstance | undefined =>
  instances.find((each) => each.sourceServerId === sourceServerId && each.jobId === job.jobId);

const pointOf = (observed: ServerObservation): RecoveryPoint | undefined => {
  const { wave, sourceServerId, log = [] } = observed;
  const own = log.filter((entry) => entry.sourceServerId === sourceServerId);
  const has = (event: string): boolean => own.some((entry) => entry.event === event);
  const isChosen =
    wave.definition.servers.find((server) => server.sourceServerId === sourceServerId)?.snapshotId !==
    undefined;
  const from = has('USING_PREVIOUS_SNAPSHOT')
    ? ('earlier-snapshot' as const)
    : isChosen
      ? ('chosen-snapshot' as const)
      : has('SNAPSHOT_END')
        ? ('new-snapshot' as const)
        : undefined;
  const at = instanceOf(observed)?.pointInTime;
  if (from === undefined && at === undefined) return undefined;
  return { ...(from && { from }), ...(at !== undefined && { at: new Date(at).toISOString() }) };
};

/** What went wrong on the way and is not why the server failed. */
const warningsOf = (
  { job, log = [], state, sourceServerId, unread = state.unread }: ServerObservation,
  failure: string | undefined,
): readonly string[] => {
  const own = log.filter((entry) => entry.sourceServerId === sourceServerId);
  const isOlder = own.some(({ event }) => event === 'USING_PREVIOUS_SNAPSHOT');
  const last =
    failure === undefined ? undefined : own.findLast(({ event }) => phaseBegun[event] === 'FAILED');
  const faults = own
    .filter((entry) => entry !== last && isFault(entry.event))
    .filter(({ event }) => !(isOlder && event === 'SNAPSHOT_FAIL'));
  const failed = own.find(({ event }) => event === 'SNAPSHOT_FAIL');
  const why = failed?.error === undefined ? '' : `: ${clipped(failed.error)}`;
  return [
    ...(isOlder ? [`launched from an earlier point in time, since the new snapshot failed${why}`] : []),
    ...faults.map((entry) =>
      entry.event === 'CLEANUP_FAIL'
        ? `earlier instances of it were not cleaned up (${entryText(entry)})`
        : entryText(entry),
    ),
    ...failedRuns(runsOf(job, sourceServerId), true),
    ...(unread === undefined ? [] : [`which launch actions it was to run is not known: ${unread}`]),
  ].slice(0, 5);
};

/**
 * How a server ended. A job COMPLETED with failed servers is the normal form of failure: each server's launchStatus
 * decides, and with it the launch actions that DRS has run on it. `overdueMinutes`: they are awaited no longer.
 */
export const resultOf = (observed: ServerObservation, overdueMinutes?: number): ServerResult => {
  const { wave, state, job, log = [], sourceServerId, planned } = observed;
  const entries = log.filter((entry) => entry.sourceServerId === sourceServerId);
  const runs = runsOf(job, sourceServerId);
  const [requiredFailed] = failedRuns(runs, false);
  const overdue =
    overdueMinutes === undefined
      ? {}
      : overdueText(
          runs,
          state.launchActions?.[sourceServerId],
          planned?.get(sourceServerId),
          overdueMinutes,
        );
  const launchStatus = launchStatusOf(job, sourceServerId);
  const isGone = launchStatus === 'TERMINATED';
  const instanceId = isGone
    ? undefined
    : (entries.find((entry) => entry.instanceId !== undefined && entry.event === 'LAUNCH_END')?.instanceId ??
      instanceOf(observed)?.instanceId);
  const why =
    requiredFailed ??
    (launchStatus === 'LAUNCHED' ? overdue.failure : launchFailure(job, log, sourceServerId));
  // The log may be behind: what DRS calls launched, or runs actions on, is there though its id is not known.
  const isThere = instanceId !== undefined || launchStatus === 'LAUNCHED' || (runs.length > 0 && !isGone);
  const failure =
    why === undefined || instanceId === undefined ? why : `${why}; ${instanceId} was launched all the same`;
  const warnings = [
    ...warningsOf(observed, failure),
    ...(overdue.warning === undefined ? [] : [overdue.warning]),
  ];
  const recoveryPoint = isThere ? pointOf(observed) : undefined;
  const launchActions = toldActions(runs, planned?.get(sourceServerId));
  return {
    sourceServerId,
    name:
      wave.definition.servers.find((server) => server.sourceServerId === sourceServerId)?.name ??
      sourceServerId,
    launchResult: failure === undefined ? 'LAUNCHED' : 'FAILED',
    ...(instanceId !== undefined && { instanceId }),
    ...(failure !== undefined && isThere && { keepsInstance: true as const }),
    jobId: job.jobId,
    ...(failure !== undefined && { failure }),
    ...(warnings.length > 0 && { warnings }),
    ...(recoveryPoint && { recoveryPoint }),
    ...(launchActions.length > 0 && { launchActions }),
    phases: durationsOf(entries),
  };
};
