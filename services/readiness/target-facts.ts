import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Target } from '../../contracts/plan.ts';
import type { TargetFacts } from '../domain/readiness.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';

export const targetKey = ({ account, region }: Target): string => `${account}/${region}`;

/** Jobs are listed this far back to find those in progress; DRS jobs take minutes, the longest a few hours. */
const jobsSinceMs = 24 * 3_600_000;
const atOnce = 10;

/** What DRS says now about the servers of these waves, all of one target. */
export const readTargetFacts = async (
  recovery: RecoveryService,
  target: Target,
  waves: readonly FrozenWave[],
  servers: readonly SourceServer[],
  now: number,
): Promise<TargetFacts> => {
  const ids = waves.flatMap((wave) => wave.servers.map((server) => server.sourceServerId));
  const known = new Map(servers.map((server) => [server.sourceServerId, server]));
  const present = ids.filter((id) => known.has(id));
  const [instances, jobs, quotas, without] = await Promise.all([
    recovery.describeRecoveryInstances(target, present),
    recovery.describeJobsSince(target, now - jobsSinceMs),
    recovery.quotas(target),
    withoutLaunchConfiguration(recovery, target, present),
  ]);
  const active = jobs.filter((job) => job.status !== 'COMPLETED');
  const busy = new Map(
    active.flatMap((job) => job.servers.map((server) => [server.sourceServerId, job.jobId] as const)),
  );
  return {
    servers: known,
    instances,
    busy,
    withoutLaunchConfiguration: without,
    activeJobs: active.length,
    jobsMax: quotas.jobsMax,
  };
};

const withoutLaunchConfiguration = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<ReadonlySet<string>> => {
  const without = new Set<string>();
  for (let from = 0; from < ids.length; from += atOnce) {
    await Promise.all(
      ids.slice(from, from + atOnce).map(async (id) => {
        if (!(await recovery.hasLaunchConfiguration(target, id))) without.add(id);
      }),
    );
  }
  return without;
};
