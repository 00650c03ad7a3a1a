import type { JobLogEntry, PlannedLaunchAction } from '../../services/core/domain/recovery-job.ts';

/** How one server fares in a job; times in ms from the call. */
export interface ServerCourse {
  readonly sourceServerId: string;
  readonly launchStatus: 'LAUNCHED' | 'FAILED';
  readonly decidedAfterMs: number;
  /** The launch actions that begin; one that never does is left out. */
  readonly launchActions?: readonly LaunchActionCourse[];
}

export interface LaunchActionCourse extends PlannedLaunchAction {
  readonly beginsAfterMs: number;
  readonly endsAfterMs: number;
  readonly failureReason?: string;
}

/** All that will come of one job, known to the twin from its start and shown as time passes; ms from the call. */
export interface JobCourse {
  /** Until then DescribeJobs does not know the job. */
  readonly visibleAfterMs: number;
  readonly startsAfterMs: number;
  /** Infinity for a job that never ends. */
  readonly endsAfterMs: number;
  readonly servers: readonly ServerCourse[];
  readonly log: readonly (Omit<JobLogEntry, 'at' | 'instanceId'> & { readonly afterMs: number })[];
}

export interface CourseTimings {
  readonly visibleAfterMs: number;
  readonly startsAfterMs: number;
  readonly snapshotMs: number;
  readonly conversionMs: number;
  readonly launchMs: number;
  readonly wrapUpMs: number;
}

/** As long as the phases of a drill of two servers took. */
export const usualTimings: CourseTimings = {
  visibleAfterMs: 0,
  startsAfterMs: 330,
  snapshotMs: 52_000,
  conversionMs: 186_000,
  launchMs: 294_000,
  wrapUpMs: 3_000,
};

/** The usual course of a job, in the order of a real job's log: the servers go side by side, and some fail at launch. */
export const courseOf = (
  timings: CourseTimings,
  sourceServerIds: readonly string[],
  failing: ReadonlySet<string> = new Set(),
): JobCourse => {
  const { startsAfterMs: start, visibleAfterMs } = timings;
  const convert = start + timings.snapshotMs;
  const launch = convert + timings.conversionMs;
  const end = launch + timings.launchMs;
  const endsAfterMs = end + timings.wrapUpMs;
  const each = (afterMs: number, event: string) =>
    sourceServerIds.map((sourceServerId) => ({ afterMs, event, sourceServerId }));
  const servers = sourceServerIds.map((sourceServerId): ServerCourse => ({
    sourceServerId,
    launchStatus: failing.has(sourceServerId) ? 'FAILED' : 'LAUNCHED',
    decidedAfterMs: end,
  }));
  return {
    visibleAfterMs,
    startsAfterMs: start,
    endsAfterMs,
    servers,
    log: [
      { afterMs: start, event: 'JOB_START' },
      ...each(start, 'SNAPSHOT_START'),
      ...each(start, 'SNAPSHOT_END'),
      ...each(convert, 'CONVERSION_START'),
      ...each(launch, 'CONVERSION_END'),
      ...each(launch, 'LAUNCH_START'),
      ...servers.map(({ sourceServerId, launchStatus }) => ({
        afterMs: end,
        event: launchStatus === 'LAUNCHED' ? 'LAUNCH_END' : 'LAUNCH_FAILED',
        sourceServerId,
      })),
      { afterMs: endsAfterMs, event: 'JOB_END' },
    ],
  };
};
