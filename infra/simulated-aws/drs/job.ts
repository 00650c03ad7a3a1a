/**
 * A job as it was drawn when it was accepted. The record holds the job's whole future, so what DRS
 * would say of it at any time follows from the record and that time alone.
 */
export interface Job {
  readonly jobID: string;
  readonly type: 'LAUNCH' | 'TERMINATE';
  readonly initiatedBy:
    | 'START_RECOVERY'
    | 'START_DRILL'
    | 'FAILBACK'
    | 'TERMINATE_RECOVERY_INSTANCES'
    | 'CREATE_NETWORK_RECOVERY'
    | 'UPDATE_NETWORK_RECOVERY';
  /** Epoch ms, as all absolute times; those that end in Ms below count from here. */
  readonly createdAt: number;
  /** How long DescribeJobs does not yet know the job. */
  readonly visibleMs: number;
  /** JOB_START. */
  readonly startMs: number;
  /** When the job is COMPLETED; absent if it never is. */
  readonly endMs?: number;
  /** JOB_END, which is logged a little after the job is COMPLETED. */
  readonly endLoggedMs?: number;
  readonly cancelMs?: number;
  readonly tags: Readonly<Record<string, string>>;
  /** How its servers did is shown only once it has ended. */
  readonly showsAtEnd?: true;
  readonly courses: readonly Course[];
  /** Of a job that makes networks, not servers. */
  readonly networks?: readonly NetworkCourse[];
  readonly hints: readonly Hint[];
}

/** What becomes of one source network of a job. */
export interface NetworkCourse {
  readonly sourceNetworkID: string;
  readonly beginMs: number;
  readonly settleMs: number;
  readonly outcome: 'LAUNCHED' | 'FAILED';
}

/** What becomes of one server of a job. */
export interface Course {
  readonly sourceServerID: string;
  readonly marks: readonly Mark[];
  /** When its launchStatus turns from PENDING to IN_PROGRESS; absent if it fails before, or is not launched. */
  readonly beginMs?: number;
  /** When its launchStatus is final; absent if it never is. */
  readonly settleMs?: number;
  readonly outcome: 'LAUNCHED' | 'FAILED' | 'TERMINATED';
  /** When the earlier instances of the server, or the instance that the job is to terminate, begin to go and are gone. */
  readonly cleanup?: {
    readonly beginMs: number;
    readonly endMs: number;
    /** Earlier instances that it does not end: protected ones, and the one that the job launches into. */
    readonly spares?: readonly string[];
  };
  /** The instance that the job acts on; absent in a LAUNCH job. */
  readonly recoveryInstanceID?: string;
  readonly launched?: Launched;
  readonly actions: readonly ActionRun[];
}

/** An entry of the job's log that belongs to one server. */
export interface Mark {
  readonly atMs: number;
  readonly event: string;
  readonly conversionServerID?: string;
  readonly targetInstanceID?: string;
  readonly rawError?: string;
}

/** The EC2 instance that a launch makes, at LAUNCH_END. */
export interface Launched {
  readonly instanceID: string;
  readonly atMs: number;
  readonly isDrill: boolean;
  readonly privateIp: string;
  readonly availabilityZone: string;
  readonly state: 'RUNNING' | 'STOPPED';
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly instanceProfile?: string;
  /** What stands on its disks when it is launched. */
  readonly files?: Readonly<Record<string, string>>;
  /** What the launch template gives to the instance beside DRS's own tags. */
  readonly templateTags?: Readonly<Record<string, string>>;
  /** Epoch ms of the data that it was launched from. */
  readonly dataAt: number;
}

export interface ActionRun {
  readonly actionID: string;
  readonly runID: string;
  readonly name: string;
  readonly documentName: string;
  readonly order: number;
  readonly optional: boolean;
  readonly beginMs: number;
  readonly endMs: number;
  readonly fails: boolean;
  readonly failureReason?: string;
}

/** An event that DRS puts on the default bus, best effort. */
export interface Hint {
  readonly sentMs: number;
  /** When it comes out on the bus. */
  readonly atMs: number;
  readonly id: string;
  readonly detailType: string;
  readonly resource: string;
  readonly detail: Readonly<Record<string, string>>;
}

export type LaunchStatus = 'PENDING' | 'IN_PROGRESS' | 'LAUNCHED' | 'FAILED' | 'TERMINATED';

const reached = (job: Job, ms: number | undefined, now: number): boolean =>
  ms !== undefined && job.createdAt + ms <= now;

/** PENDING, STARTED, COMPLETED: DRS has no other, so a job whose servers all failed is COMPLETED too. */
export const jobStatusAt = (job: Job, now: number): 'PENDING' | 'STARTED' | 'COMPLETED' => {
  if (reached(job, job.endMs, now)) return 'COMPLETED';
  return reached(job, job.startMs, now) ? 'STARTED' : 'PENDING';
};

export const isActiveAt = (job: Job, now: number): boolean => jobStatusAt(job, now) !== 'COMPLETED';

/** The microseconds of its creation do not hide a job from a clock that counts milliseconds. */
export const isVisibleAt = (job: Job, now: number): boolean =>
  Math.floor(job.createdAt) + job.visibleMs <= now;

export const launchStatusAt = (
  job: Job,
  course: Pick<Course, 'beginMs' | 'settleMs' | 'outcome'>,
  now: number,
): LaunchStatus => {
  const isShown = job.showsAtEnd !== true || reached(job, job.endMs, now);
  if (isShown && reached(job, course.settleMs, now)) return course.outcome;
  return reached(job, course.beginMs, now) ? 'IN_PROGRESS' : 'PENDING';
};

export type ActionStatus = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';

/** The status of an action that has begun, else undefined. */
export const actionStatusAt = (job: Job, run: ActionRun, now: number): ActionStatus | undefined => {
  if (!reached(job, run.beginMs, now)) return undefined;
  if (!reached(job, run.endMs, now)) return 'IN_PROGRESS';
  return run.fails ? 'FAILED' : 'SUCCEEDED';
};
