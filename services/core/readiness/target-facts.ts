import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { TargetFacts } from '../domain/readiness.ts';
import { allSettled, inParallel } from './in-parallel.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { readLaunchConfigurations, readLaunchInto } from './launch-configurations.ts';
import { readLaunchedInstances } from './witness.ts';

export const targetKey = ({ account, region }: Target): string => `${account}/${region}`;

/** Jobs are listed this far back to find those in progress; DRS jobs take minutes, the longest a few hours. */
const jobsSinceMs = 24 * 3_600_000;
const atOnce = 20;

/** What DRS and EC2 say now about the servers of these waves, all of one target. */
export const readTargetFacts = async (
  recovery: RecoveryService,
  target: Target,
  waves: readonly Pick<FrozenWave, 'servers'>[],
  servers: readonly SourceServer[],
  now: number,
): Promise<TargetFacts> => {
  const ids = waves.flatMap((wave) => wave.servers.map((server) => server.sourceServerId));
  const known = new Map(servers.map((server) => [server.sourceServerId, server]));
  const present = ids.filter((id) => known.has(id));
  const askedByServer = allSettled([
    readLaunchConfigurations(recovery, target, present),
    newestPoints(recovery, target, waves, known),
  ]);
  // Where that takes several rounds it comes first: what a launch could destroy is to be the newest.
  if (present.length > atOnce) await askedByServer;
  const [[configurations, recoveryPoints], witnessed, jobs, quotas] = await allSettled([
    askedByServer,
    readLaunchedInstances(recovery, target, present),
    recovery.describeJobsSince(target, now - jobsSinceMs),
    recovery.quotas(target),
  ]);
  const launchInto = await readLaunchInto(recovery, target, configurations, [...known.keys()]);
  const active = jobs.filter((job) => job.status !== 'COMPLETED');
  const busy = new Map(
    active.flatMap((job) => job.servers.map((server) => [server.sourceServerId, job.jobId] as const)),
  );
  return {
    servers: known,
    ...witnessed,
    launchInto,
    busy,
    withoutLaunchConfiguration: new Set(present.filter((id) => configurations.get(id) === undefined)),
    recoveryPoints,
    now,
    activeJobs: active.length,
    jobsMax: quotas.jobsMax,
    serversMax: quotas.serversInJobsMax,
  };
};

/**
 * The newest recovery points of servers that are launched from one: a server that replicates continuously is
 * launched from data as of then, and one for which the plan names a point has been looked up.
 */
const newestPoints = async (
  recovery: RecoveryService,
  target: Target,
  waves: readonly Pick<FrozenWave, 'servers'>[],
  known: ReadonlyMap<string, SourceServer>,
): Promise<TargetFacts['recoveryPoints']> => {
  const ids = waves
    .flatMap(({ servers }) => servers.filter(({ snapshotId }) => snapshotId === undefined))
    .map(({ sourceServerId }) => sourceServerId)
    .filter((id) => known.has(id) && known.get(id)?.replicationState !== 'CONTINUOUS');
  return readNewestPoints(recovery, target, ids);
};

/** When the newest recovery point of each server was taken, epoch ms; undefined where DRS keeps none. */
export const readNewestPoints = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<TargetFacts['recoveryPoints']> => {
  const points = await inParallel(ids, atOnce, async (id) => {
    const [newest] = await recovery.describeRecoverySnapshots(target, id);
    return [id, newest?.takenAt] as const;
  });
  return new Map(points);
};
