import type { Target } from '../../contracts/plan.ts';
import type { Clock } from '../../services/core/ports/clock.ts';
import type { PlannedLaunchAction, RecoveryInstance } from '../../services/core/domain/recovery-job.ts';
import type {
  Machine,
  RecoveryQuotas,
  RecoveryService,
  RecoverySnapshot,
  SourceServer,
  StartRequest,
} from '../../services/core/ports/recovery-service.ts';
import { answering, type Answers } from './answers.ts';
import type { JobCourse } from './job-course.ts';
import {
  createRecoveryPlace,
  machineOf,
  type RecoveryPlace,
  shownAt,
  type StartedJob,
  type TerminationCourse,
  usualTermination,
} from './recovery-place.ts';

/** What there is in each account and Region, and what comes of a job there: a simulation draws it. */
export interface RecoveryModel {
  readonly serversOf: (target: Target) => readonly SourceServer[];
  /** Points in time of a server, newest first. */
  readonly snapshotsOf: (target: Target, sourceServerId: string) => readonly RecoverySnapshot[];
  /** The course of the nth job of its account and Region, from 1. */
  readonly courseOf: (target: Target, request: StartRequest, nth: number) => JobCourse;
  readonly quotas: RecoveryQuotas;
  /** The course of the nth job of its account and Region that ends instances; default: the usual one. */
  readonly terminationOf?: (target: Target, instanceIds: readonly string[], nth: number) => TerminationCourse;
  /** What DRS shows of an instance beside what its job makes of it. */
  readonly shownAs?: (instance: RecoveryInstance) => RecoveryInstance;
  /** Instances that EC2 knows beside those that jobs launch. */
  readonly machinesOf?: (target: Target) => readonly Machine[];
  /** The instance that exists and that launches of a server go into. */
  readonly intoOf?: (target: Target, sourceServerId: string) => string | undefined;
  /** The launch actions that a server's launch configuration has on; default: none. */
  readonly launchActionsOf?: (target: Target, sourceServerId: string) => readonly PlannedLaunchAction[];
}

/** No servers, under AWS's default quotas, and no job: whoever starts one fails. */
export const emptyModel: RecoveryModel = {
  serversOf: () => [],
  snapshotsOf: () => [],
  courseOf: () => {
    throw new Error('nothing is started here');
  },
  quotas: { jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 },
};

export interface MemoryRecoveryService extends RecoveryService {
  /** Every job ever started in an account and Region, oldest first, visible or not. */
  readonly startedJobs: (target: Target) => readonly StartedJob[];
}

const isVisible = ({ at, course }: StartedJob, now: number): boolean => now >= at + course.visibleAfterMs;

/** What EC2 holds at a moment. A machine that a job has launched into is shown as it is since then. */
const machinesAt = (place: RecoveryPlace, beside: readonly Machine[], now: number): readonly Machine[] => {
  const launched = place
    .servers()
    .flatMap(({ sourceServerId }) => place.instances(sourceServerId, now).map(machineOf));
  const others = beside.filter(({ instanceId }) => !launched.some((each) => each.instanceId === instanceId));
  return [...launched, ...others];
};

const serverTags = ['AWSElasticDisasterRecoverySourceServerID', 'drs.amazonaws.com-source-server'];

type Ec2Questions = Pick<
  Answers<RecoveryService>,
  'describeInstances' | 'describeMachines' | 'describeMachinesOf' | 'describeProtection'
>;

/** What the recovery service asks EC2. */
const ec2Questions = (
  clock: Clock,
  placeOf: (target: Target) => RecoveryPlace,
  machinesOf: (target: Target) => readonly Machine[],
): Ec2Questions => {
  const machines = (target: Target): readonly Machine[] =>
    machinesAt(placeOf(target), machinesOf(target), clock.now());
  return {
    describeInstances(target, instanceIds) {
      const now = clock.now();
      const place = placeOf(target);
      const asked = new Set(instanceIds);
      return place
        .servers()
        .flatMap(({ sourceServerId }) => place.instances(sourceServerId, now))
        .filter(({ instanceId }) => asked.has(instanceId))
        .map(({ instanceId, privateAddress, availabilityZone }) => ({
          instanceId,
          ...(privateAddress !== undefined && { privateAddress }),
          ...(availabilityZone !== undefined && { availabilityZone }),
        }));
    },
    describeMachines(target, ids) {
      const asked = new Set(ids);
      return machines(target).filter(({ instanceId }) => asked.has(instanceId));
    },
    describeMachinesOf(target, ids) {
      const asked = new Set(ids);
      return machines(target).filter(
        ({ state, tags }) => state !== 'TERMINATED' && serverTags.some((tag) => asked.has(tags[tag] ?? '')),
      );
    },
    describeProtection: () => ({ againstTermination: false, againstStop: false }),
  };
};

/**
 * DRS in memory: a pure function of its jobs and the time, with nothing under way between two calls. It refuses
 * what DRS refuses; a call that is late or whose answer is lost is for whoever makes the call to play. Every other
 * double of DRS is made of these answers and says only what it answers otherwise.
 */
const recoveryOver = (clock: Clock, model: RecoveryModel) => {
  const places = new Map<string, RecoveryPlace>();

  const placeOf = (target: Target): RecoveryPlace => {
    const key = `${target.account}/${target.region}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    const fresh = createRecoveryPlace({
      servers: model.serversOf(target),
      quotas: model.quotas,
      courseOf: (request, nth) => model.courseOf(target, request, nth),
      terminationOf: (ids, nth) => model.terminationOf?.(target, ids, nth) ?? usualTermination,
      availabilityZone: `${target.region}a`,
      intoOf: (id) => model.intoOf?.(target, id),
    });
    places.set(key, fresh);
    return fresh;
  };
  const startedJobs = (target: Target): readonly StartedJob[] => [...placeOf(target).jobs.values()];

  const answers: Answers<RecoveryService> = {
    startRecovery: (target, request) => placeOf(target).start(request, clock.now()),
    terminateRecoveryInstances: (target, ids) => placeOf(target).terminate(ids, clock.now()),
    describeJobs(target, jobIds) {
      const now = clock.now();
      const { jobs, terminations } = placeOf(target);
      const found = jobIds.map((id) => jobs.get(id)).filter((job) => job !== undefined);
      return [
        ...found.filter((job) => isVisible(job, now)).map((job) => shownAt(job, now)),
        ...terminations(now).filter(({ jobId }) => jobIds.includes(jobId)),
      ];
    },
    describeJobsSince(target, since) {
      const now = clock.now();
      const recent = startedJobs(target).filter((job) => job.at >= since && isVisible(job, now));
      const ending = placeOf(target)
        .terminations(now)
        .filter(({ createdAt }) => createdAt >= since);
      return [...recent.map((job) => shownAt(job, now)), ...ending].sort((a, b) => b.createdAt - a.createdAt);
    },
    describeJobLog(target, jobId) {
      const now = clock.now();
      const log = placeOf(target).log(jobId);
      if (log === undefined) throw new Error(`ResourceNotFoundException: ${jobId} does not exist`);
      return log.filter(({ at }) => at <= now);
    },
    describeSourceServers: (target) => placeOf(target).servers(),
    describeRecoveryInstances(target, ids) {
      const now = clock.now();
      const place = placeOf(target);
      const shownAs = model.shownAs ?? ((instance: RecoveryInstance) => instance);
      const asked = ids ?? place.servers().map(({ sourceServerId }) => sourceServerId);
      return asked.flatMap((id) => place.instances(id, now).map(({ shown }) => shownAs(shown)));
    },
    describeRecoverySnapshots: (target, id) => model.snapshotsOf(target, id),
    describeLaunchConfiguration(target, id) {
      const known = placeOf(target).knows(id);
      const intoInstanceId = model.intoOf?.(target, id);
      return known
        ? {
            ...(intoInstanceId !== undefined && { intoInstanceId }),
            copiesPrivateAddress: false,
            copiesTags: false,
          }
        : undefined;
    },
    launchActions: (target, id) => model.launchActionsOf?.(target, id) ?? [],
    quotas: () => model.quotas,
    ...ec2Questions(clock, placeOf, (target) => model.machinesOf?.(target) ?? []),
  };
  return { answers, startedJobs };
};

export const recoveryAnswers = (clock: Clock, model: RecoveryModel): Answers<RecoveryService> =>
  recoveryOver(clock, model).answers;

export const createMemoryRecoveryService = (clock: Clock, model: RecoveryModel): MemoryRecoveryService => {
  const { answers, startedJobs } = recoveryOver(clock, model);
  return { ...answering<RecoveryService>(answers, async (_name, answer) => answer()), startedJobs };
};
