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
  readonly spares: readonly string[];
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
          spares: cleanup.spares ?? [],
        },
      ];

/** A cleanup takes what was launched before it ended; its own job launches later. */
const hits = (cleanup: Cleanup, job: Job, launched: Launched): boolean =>
  cleanup.endAt >= job.createdAt + launched.atMs &&
  !cleanup.spares.includes(launched.instanceID) &&
  (cleanup.instanceID === undefined || cleanup.instanceID === launched.instanceID);

const instanceOf = (
  world: World,
  job: Job,
  sourceServerID: string,
  launched: Launched,
  cleanups: readonly Cleanup[],
): Ec2Instance => {
  const { now } = world;
  const { atMs, state, ...facts } = launched;
  const byHand = world.ec2.byHand(launched.instanceID);
  // What was done before a launch into the machine is over.
  const hand = byHand !== undefined && byHand.at > job.createdAt + atMs ? byHand : undefined;
  const going = cleanups.filter((cleanup) => hits(cleanup, job, launched) && cleanup.beginAt <= now);
  const terminatedAt = Math.min(
    ...going.map((cleanup) => cleanup.endAt),
    hand?.state === 'TERMINATED' ? hand.at : Infinity,
  );
  const isTerminated = terminatedAt <= now;
  return {
    ...facts,
    sourceServerID,
    jobID: job.jobID,
    launchedAt: job.createdAt + atMs,
    state: isTerminated ? 'TERMINATED' : going.length > 0 ? 'SHUTTING-DOWN' : (hand?.state ?? state),
    ...(isTerminated && { terminatedAt }),
  };
};

/** Every instance ever launched for a source server, oldest first, as it is at `world.now`. */
export const instancesOfServer = (world: World, sourceServerID: string): readonly Ec2Instance[] => {
  const turns = turnsOf(world, sourceServerID);
  const cleanups = turns.flatMap(cleanupOf);
  const instances = turns.flatMap(({ job, course: { launched } }) =>
    launched === undefined || job.createdAt + launched.atMs > world.now
      ? []
      : [instanceOf(world, job, sourceServerID, launched, cleanups)],
  );
  // A machine that was launched into again is what the last launch made of it.
  return instances.filter(
    ({ instanceID }, at) => instances.findLastIndex((other) => other.instanceID === instanceID) === at,
  );
};

export const isAlive = (instance: Ec2Instance): boolean => instance.state !== 'TERMINATED';

const isRecorded = (world: World, { instanceID }: Ec2Instance): boolean =>
  world.state.instanceChanges[instanceID]?.isDeleted !== true;

/** The instances that DRS knows as recovery instances: alive, and their record not deleted. */
export const recoveryInstancesOf = (world: World, sourceServerID: string): readonly Ec2Instance[] =>
  instancesOfServer(world, sourceServerID).filter(
    (instance) => isAlive(instance) && isRecorded(world, instance),
  );

/** Those that DescribeRecoveryInstances lists: terminated ones, too, for a while. */
export const listedInstancesOf = (world: World, sourceServerID: string): readonly Ec2Instance[] => {
  const since = world.now - world.setting.scenario.terminatedListedSeconds * 1000;
  return instancesOfServer(world, sourceServerID).filter(
    (instance) =>
      isRecorded(world, instance) && (isAlive(instance) || (instance.terminatedAt ?? -Infinity) > since),
  );
};

export const allListedInstances = (world: World): readonly Ec2Instance[] =>
  Object.keys(world.state.history).flatMap((id) => listedInstancesOf(world, id));

export const recoveryInstanceById = (world: World, instanceID: string): Ec2Instance | undefined =>
  Object.keys(world.state.history)
    .flatMap((id) => recoveryInstancesOf(world, id))
    .find((instance) => instance.instanceID === instanceID);
