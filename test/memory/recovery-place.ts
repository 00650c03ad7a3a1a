import type {
  JobLogEntry,
  LaunchActionRun,
  RecoveryInstance,
  RecoveryJob,
} from '../../services/core/domain/recovery-job.ts';
import type {
  InstanceFacts,
  Machine,
  RecoveryQuotas,
  SourceServer,
  StartAnswer,
  StartRequest,
} from '../../services/core/ports/recovery-service.ts';
import type { JobCourse, ServerCourse } from './job-course.ts';

/** A job that was started, with all that will come of it. Instants in epoch ms. */
export interface StartedJob {
  readonly jobId: string;
  readonly request: StartRequest;
  readonly at: number;
  readonly course: JobCourse;
}

interface LaunchedInstance extends InstanceFacts {
  readonly shown: RecoveryInstance;
  readonly launchedAt: number;
  /** A later job of the server destroys it. */
  readonly destroyedAt: number;
}

/** A job that ends instances, with all that will come of it; times in ms from the call. */
export interface TerminationCourse {
  readonly goneAfterMs: number;
  readonly endsAfterMs: number;
  /** Instances that run on. */
  readonly left: readonly string[];
}

export const usualTermination: TerminationCourse = { goneAfterMs: 20_000, endsAfterMs: 30_000, left: [] };

interface TerminationJob {
  readonly jobId: string;
  readonly instanceIds: readonly string[];
  readonly sourceServerIds: readonly string[];
  readonly at: number;
  readonly course: TerminationCourse;
}

export interface PlaceRules {
  readonly servers: readonly SourceServer[];
  readonly quotas: RecoveryQuotas;
  readonly courseOf: (request: StartRequest, nth: number) => JobCourse;
  readonly terminationOf: (instanceIds: readonly string[], nth: number) => TerminationCourse;
  readonly availabilityZone: string;
  /** The instance that exists and that a launch of this server goes into. */
  readonly intoOf: (sourceServerId: string) => string | undefined;
}

/** Without a first full copy there is nothing to launch from. */
const hasNoPoint = new Set(['INITIATING', 'INITIAL_SYNC', 'STOPPED', 'DISCONNECTED']);

const statusAt = ({ at, course }: StartedJob, now: number): RecoveryJob['status'] => {
  if (now < at + course.startsAfterMs) return 'PENDING';
  return now < at + course.endsAfterMs ? 'STARTED' : 'COMPLETED';
};

const runsAt = (
  { launchActions = [] }: ServerCourse,
  afterMs: number,
): { readonly launchActions?: readonly LaunchActionRun[] } => {
  const begun = launchActions.filter(({ beginsAfterMs }) => beginsAfterMs <= afterMs);
  if (begun.length === 0) return {};
  const runs = begun.map(({ name, document, optional, endsAfterMs, failureReason }): LaunchActionRun => ({
    ...{ name, document, optional },
    ...(afterMs < endsAfterMs
      ? { status: 'IN_PROGRESS' }
      : failureReason === undefined
        ? { status: 'SUCCEEDED' }
        : { status: 'FAILED', failureReason }),
  }));
  return { launchActions: runs };
};

/** The job as DescribeJobs shows it at a moment. */
export const shownAt = (job: StartedJob, now: number): RecoveryJob => {
  const status = statusAt(job, now);
  return {
    jobId: job.jobId,
    type: 'LAUNCH',
    isDrill: job.request.isDrill,
    status,
    createdAt: job.at,
    ...(status === 'COMPLETED' && { endedAt: job.at + job.course.endsAfterMs }),
    tags: job.request.tags,
    servers: job.course.servers.map((server) => ({
      sourceServerId: server.sourceServerId,
      launchStatus: now < job.at + server.decidedAfterMs ? 'PENDING' : server.launchStatus,
      ...runsAt(server, now - job.at),
    })),
  };
};

/** Digits that make an id of DRS or EC2 as long as a real one. */
const digits = (n: number): string => n.toString(16).padStart(17, '0');

const launched = (
  { at, jobId, request }: StartedJob,
  { sourceServerId, decidedAfterMs }: ServerCourse,
  nth: number,
  availabilityZone: string,
  into: string | undefined,
): LaunchedInstance => {
  const instanceId = into ?? `i-${digits(nth)}`;
  return {
    shown: {
      ...{ sourceServerId, instanceId, state: 'RUNNING', isDrill: request.isDrill, jobId },
      pointInTime: at,
    },
    instanceId,
    privateAddress: `10.${nth >> 16}.${(nth >> 8) & 255}.${nth & 255}`,
    availabilityZone,
    launchedAt: at + decidedAfterMs,
    destroyedAt: Number.POSITIVE_INFINITY,
  };
};

const overQuota = (
  quotas: RecoveryQuotas,
  running: readonly StartedJob[],
  count: number,
): string | undefined => {
  const inJobs = running.reduce((sum, job) => sum + job.course.servers.length, count);
  if (count > quotas.serversPerJobMax) return 'ServiceQuotaExceededException: servers in a job';
  if (running.length >= quotas.jobsMax) return 'ServiceQuotaExceededException: jobs';
  return inJobs > quotas.serversInJobsMax ? 'ServiceQuotaExceededException: servers in jobs' : undefined;
};

/** The whole log of a job, as it will be at its end. */
const logOf = (
  { at, course }: StartedJob,
  launchedBy: ReadonlyMap<string, LaunchedInstance>,
): readonly JobLogEntry[] =>
  course.log.map(({ afterMs, ...entry }) => {
    const server = entry.event === 'LAUNCH_END' ? entry.sourceServerId : undefined;
    const instance = server === undefined ? undefined : launchedBy.get(server);
    return { ...entry, at: at + afterMs, ...(instance !== undefined && { instanceId: instance.instanceId }) };
  });

/** One account and Region: which jobs run there, and which instances they have launched. */
export const createRecoveryPlace = (rules: PlaceRules) => {
  const { servers, quotas, courseOf, terminationOf, availabilityZone, intoOf } = rules;
  const serverById = new Map(servers.map((server) => [server.sourceServerId, server]));
  const jobs = new Map<string, StartedJob>();
  const lastJobOf = new Map<string, StartedJob>();
  /** Of each server those that are alive or still to come. */
  const instancesOf = new Map<string, readonly LaunchedInstance[]>();
  const logs = new Map<string, readonly JobLogEntry[]>();
  let running: readonly StartedJob[] = [];
  const terminations = new Map<string, TerminationJob>();
  let launches = 0;

  const invalid = (ids: readonly string[]): string | undefined => {
    const bad = ids.find((id) => hasNoPoint.has(serverById.get(id)?.replicationState ?? 'STOPPED'));
    if (bad !== undefined) return `ValidationException: ${bad} does not exist or has no recovery point`;
    const cut = ids.find((id) => serverById.get(id)?.extensionError !== undefined);
    if (cut !== undefined) return `ValidationException: ${cut} cannot be reached in its staging account`;
    return new Set(ids).size < ids.length ? 'ValidationException: a server is listed twice' : undefined;
  };
  const isRunning = ({ at, course }: TerminationJob, now: number): boolean => now < at + course.endsAfterMs;
  const isBusy = (id: string, now: number): boolean => {
    const job = lastJobOf.get(id);
    return (
      (job !== undefined && now < job.at + job.course.endsAfterMs) ||
      [...terminations.values()].some((each) => each.sourceServerIds.includes(id) && isRunning(each, now))
    );
  };
  const alive = (now: number): readonly LaunchedInstance[] =>
    [...instancesOf.values()]
      .flat()
      .filter(({ launchedAt, destroyedAt }) => launchedAt <= now && now < destroyedAt);
  const launch = (job: StartedJob): void => {
    const own = new Map<string, LaunchedInstance>();
    for (const server of job.course.servers) {
      const { sourceServerId, launchStatus } = server;
      lastJobOf.set(sourceServerId, job);
      const destroyedAt = job.at + job.course.startsAfterMs;
      const earlier = (instancesOf.get(sourceServerId) ?? [])
        .filter((instance) => instance.destroyedAt > job.at)
        .map((instance) => ({ ...instance, destroyedAt: Math.min(instance.destroyedAt, destroyedAt) }));
      if (launchStatus === 'LAUNCHED')
        own.set(sourceServerId, launched(job, server, ++launches, availabilityZone, intoOf(sourceServerId)));
      const fresh = own.get(sourceServerId);
      instancesOf.set(sourceServerId, fresh === undefined ? earlier : [...earlier, fresh]);
    }
    logs.set(job.jobId, logOf(job, own));
  };

  return {
    servers: (): readonly SourceServer[] =>
      servers.map((server) => {
        const last = lastJobOf.get(server.sourceServerId);
        return last === undefined ? server : { ...server, lastJobId: last.jobId };
      }),
    knows: (sourceServerId: string): boolean => serverById.has(sourceServerId),
    jobs,
    start(request: StartRequest, now: number): StartAnswer {
      const ids = request.servers.map(({ sourceServerId }) => sourceServerId);
      running = running.filter((job) => now < job.at + job.course.endsAfterMs);
      const wrong = invalid(ids);
      if (wrong !== undefined) return { status: 'invalid', message: wrong };
      if (ids.some((id) => isBusy(id, now)))
        return { status: 'conflict', message: 'ConflictException: a server is being processed by a job' };
      const over = overQuota(quotas, running, ids.length);
      if (over !== undefined) return { status: 'quota', message: over };
      const nth = jobs.size + 1;
      const job = { jobId: `drsjob-${digits(nth)}`, request, at: now, course: courseOf(request, nth) };
      jobs.set(job.jobId, job);
      running = [...running, job];
      launch(job);
      return { status: 'accepted', jobId: job.jobId };
    },
    terminate(instanceIds: readonly string[], now: number): StartAnswer {
      running = running.filter((job) => now < job.at + job.course.endsAfterMs);
      const ending = alive(now).filter(({ instanceId }) => instanceIds.includes(instanceId));
      if (ending.length < instanceIds.length)
        return { status: 'invalid', message: 'ValidationException: a recovery instance does not exist' };
      const failing = ending.find(({ shown }) => shown.failback !== undefined);
      if (failing !== undefined)
        return { status: 'conflict', message: `ConflictException: ${failing.instanceId} is failing back` };
      const sourceServerIds = ending.map(({ shown }) => shown.sourceServerId);
      if (sourceServerIds.some((id) => isBusy(id, now)))
        return { status: 'conflict', message: 'ConflictException: a server is being processed by a job' };
      const others = [...terminations.values()].filter((each) => isRunning(each, now)).length;
      if (running.length + others >= quotas.jobsMax)
        return { status: 'quota', message: 'ServiceQuotaExceededException: jobs' };
      const nth = terminations.size + 1;
      const job: TerminationJob = {
        ...{
          jobId: `drsjob-${(0xe0000 + nth).toString(16).padStart(17, '0')}`,
          instanceIds,
          sourceServerIds,
        },
        ...{ at: now, course: terminationOf(instanceIds, nth) },
      };
      terminations.set(job.jobId, job);
      for (const [id, instances] of instancesOf)
        instancesOf.set(
          id,
          instances.map((each) =>
            instanceIds.includes(each.instanceId) && !job.course.left.includes(each.instanceId)
              ? { ...each, destroyedAt: Math.min(each.destroyedAt, now + job.course.goneAfterMs) }
              : each,
          ),
        );
      return { status: 'accepted', jobId: job.jobId };
    },
    /** The jobs that ended instances, as DescribeJobs shows them: without servers once they are over. */
    terminations: (now: number): readonly RecoveryJob[] =>
      [...terminations.values()].map((job) => ({
        ...{ jobId: job.jobId, type: 'TERMINATE', isDrill: false, createdAt: job.at, tags: {} },
        ...(isRunning(job, now)
          ? {
              status: 'STARTED' as const,
              servers: job.sourceServerIds.map((sourceServerId) => ({
                sourceServerId,
                launchStatus: 'IN_PROGRESS',
              })),
            }
          : { status: 'COMPLETED' as const, endedAt: job.at + job.course.endsAfterMs, servers: [] }),
      })),
    /** The instances of a server that have been launched and not destroyed. */
    instances: (sourceServerId: string, now: number): readonly LaunchedInstance[] =>
      (instancesOf.get(sourceServerId) ?? []).filter(
        ({ launchedAt, destroyedAt }) => launchedAt <= now && now < destroyedAt,
      ),
    log: (jobId: string): readonly JobLogEntry[] | undefined => logs.get(jobId),
  };
};

/** A launched instance as EC2 shows it. */
export const machineOf = ({ shown, launchedAt }: LaunchedInstance): Machine => ({
  instanceId: shown.instanceId,
  state: shown.state,
  launchedAt,
  tags: {
    AWSElasticDisasterRecoverySourceServerID: shown.sourceServerId,
    'drs.amazonaws.com-job': shown.jobId,
  },
  platform: 'linux',
  architecture: 'x86_64',
  virtualization: 'hvm',
  rootDevice: 'ebs',
});

export type RecoveryPlace = ReturnType<typeof createRecoveryPlace>;
