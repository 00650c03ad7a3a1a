import type { Course, Job, Launched } from './job.ts';
import type { World } from './world.ts';
import { jobsOf } from './world.ts';

/** An EC2 instance that a job launched. It lives on when DRS's record of it is deleted. */
export interface Ec2Instance extends Omit<Launched, 'atMs' | 'state'> {
  readonly sourceServerID: string;
  readonly jobID: string;
  /** Epoch ms. */
  readonly launchedAt: number;
  readonly state: 'RUNNING' | 'STOPPED' | 'SHUTTING-DOWN' | 'TERMINATED';
  /** Epoch ms; present once it is terminated. */
  readonly terminatedAt?: number;
}

interface Cleanup {
  readonly beginAt: number;
  readonly endAt: number;
  /** The only instance that goes; if absent, all that the server has. */
  readonly instanceID: string | undefined;
}

interface Turn {
  readonly job: Job;
  readonly course: Course;
}

/** What each job did, or will do, with a server. A job that terminates several of its instances has several turns. */
const turnsOf = (world: World, sourceServerID: string): readonly Turn[] =>
  jobsOf(world, sourceServerID).flatMap((job) =>
    job.courses.flatMap((course) => (course.sourceServerID === sourceServerID ? [{ job, course }] : [])),
  );

const cleanupOf = ({ job, course: { cleanup, recoveryInstanceID } }: Turn): readonly Cleanup[] =>
  cleanup === undefined
    ? []
    : [
        {
          beginAt: job.createdAt + cleanup.beginMs,
          endAt: job.createdAt + cleanup.endMs,
          instanceID: recoveryInstanceID,
        },
      ];

/** A cleanup takes what was launched before it ended; its own job launches later. */
const hits = (cleanup: Cleanup, job: Job, launched: Launched): boolean =>
  cleanup.endAt >= job.createdAt + launched.atMs &&
  (cleanup.instanceID === undefined || cleanup.instanceID === launched.instanceID);

const instanceOf = (
  job: Job,
  sourceServerID: string,
  launched: Launched,
  cleanups: readonly Cleanup[],
  now: number,
): Ec2Instance => {
  const { atMs, state, ...facts } = launched;
  const going = cleanups.filter((cleanup) => hits(cleanup, job, launched) && cleanup.beginAt <= now);
  const terminatedAt = Math.min(...going.map((cleanup) => cleanup.endAt));
  const isTerminated = terminatedAt <= now;
  return {
    ...facts,
    sourceServerID,
    jobID: job.jobID,
    launchedAt: job.createdAt + atMs,
    state: isTerminated ? 'TERMINATED' : going.length > 0 ? 'SHUTTING-DOWN' : state,
    ...(isTerminated && { terminatedAt }),
  };
};

/** Every instance ever launched for a source server, oldest first, as it is at `world.now`. */
export const instancesOfServer = (world: World, sourceServerID: string): readonly Ec2Instance[] => {
  const turns = turnsOf(world, sourceServerID);
  const cleanups = turns.flatMap(cleanupOf);
  return turns.flatMap(({ job, course: { launched } }) =>
    launched === undefined || job.createdAt + launched.atMs > world.now
      ? []
      : [instanceOf(job, sourceServerID, launched, cleanups, world.now)],
  );
};

export const isAlive = (instance: Ec2Instance): boolean => instance.state !== 'TERMINATED';

/** The instances that DRS knows as recovery instances: alive, and their record not deleted. */
export const recoveryInstancesOf = (world: World, sourceServerID: string): readonly Ec2Instance[] =>
  instancesOfServer(world, sourceServerID).filter(
    (instance) => isAlive(instance) && world.state.instanceChanges[instance.instanceID]?.isDeleted !== true,
  );

export const allRecoveryInstances = (world: World): readonly Ec2Instance[] =>
  Object.keys(world.state.history).flatMap((id) => recoveryInstancesOf(world, id));

export const recoveryInstanceById = (world: World, instanceID: string): Ec2Instance | undefined =>
  allRecoveryInstances(world).find((instance) => instance.instanceID === instanceID);
