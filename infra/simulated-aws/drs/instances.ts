import type { Course, Job, Launched } from './job.ts';
import type { DrsState, InstanceChange } from './state.ts';
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

/** What was done to a recovery instance since the machine was last launched into. */
export const changesOf = (
  { state }: World,
  { instanceID, launchedAt }: Pick<Ec2Instance, 'instanceID' | 'launchedAt'>,
): InstanceChange =>
  Object.fromEntries(
    Object.entries(state.instanceChanges[instanceID] ?? {}).filter(([, at]) => at >= launchedAt),
  );

const isRecorded = (world: World, instance: Ec2Instance): boolean =>
  changesOf(world, instance).deletedAt === undefined;

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

const launchIndex = new WeakMap<DrsState['jobs'], ReadonlyMap<string, readonly string[]>>();

/** The source servers for which each machine was launched, or will be, oldest first. */
const launchesIn = (jobs: DrsState['jobs']): ReadonlyMap<string, readonly string[]> => {
  const known = launchIndex.get(jobs);
  if (known !== undefined) return known;
  const servers = new Map<string, readonly string[]>();
  for (const { courses } of Object.values(jobs))
    for (const { launched, sourceServerID } of courses)
      if (launched !== undefined)
        servers.set(launched.instanceID, [...(servers.get(launched.instanceID) ?? []), sourceServerID]);
  launchIndex.set(jobs, servers);
  return servers;
};

/** A machine that DRS has launched, whether or not a record of it is left, as what it was last launched for. */
export const launchedById = (world: World, instanceID: string): Ec2Instance | undefined =>
  [...new Set(launchesIn(world.state.jobs).get(instanceID) ?? [])]
    .flatMap((server) => instancesOfServer(world, server))
    .filter((instance) => instance.instanceID === instanceID)
    .reduce<Ec2Instance | undefined>(
      (newest, each) => (newest !== undefined && newest.launchedAt > each.launchedAt ? newest : each),
      undefined,
    );

/** Whether no other server has been launched into the machine since. */
export const isNewest = (world: World, { instanceID, sourceServerID }: Ec2Instance): boolean =>
  new Set(launchesIn(world.state.jobs).get(instanceID)).size < 2 ||
  launchedById(world, instanceID)?.sourceServerID === sourceServerID;

export const recoveryInstanceById = (world: World, instanceID: string): Ec2Instance | undefined =>
  Object.keys(world.state.history)
    .flatMap((id) => recoveryInstancesOf(world, id))
    .find((instance) => instance.instanceID === instanceID);
