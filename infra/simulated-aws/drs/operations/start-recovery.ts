import * as z from 'zod';
import type { BadField, DrsError } from '../errors.ts';
import { busyError, quotaError, validationError } from '../errors.ts';
import { isActiveAt } from '../job.ts';
import { intoRefusal } from '../launch-into.ts';
import { drawLaunchJob } from '../launch-job.ts';
import { answered, operation, refused } from '../outcome.ts';
import { renderJob } from '../render-job.ts';
import { hasRecoveryPoint, replicationOf } from '../replication.ts';
import { snapshotById } from '../snapshots.ts';
import type { SourceServer } from '../source-server.ts';
import type { World } from '../world.ts';
import { jobsOf, serverById } from '../world.ts';
import { recoverySnapshotID, sourceServerID, tags } from './fields.ts';

const request = z.object({
  isDrill: z.boolean().optional(),
  sourceServers: z
    .array(z.object({ sourceServerID, recoverySnapshotID: recoverySnapshotID.optional() }))
    .min(1)
    .max(200),
  tags: tags.optional(),
});

type Entry = z.output<typeof request>['sourceServers'][number];

const volumeTrouble = [
  'MISSING_VOLUME_ATTRIBUTES',
  'MISSING_VOLUME_ATTRIBUTES_AND_PRECHECK_UNAVAILABLE',
  'PENDING',
];

const serverProblems = (world: World, server: SourceServer, entry: Entry): readonly string[] => {
  const replication = replicationOf(world, server);
  const pinned = entry.recoverySnapshotID;
  const disks = server.disks.filter((disk) => volumeTrouble.includes(disk.volumeStatus));
  return [
    ...(hasRecoveryPoint(replication)
      ? []
      : [`has no recovery point: its replication is ${replication.state}`]),
    ...(server.extensionError === undefined
      ? []
      : [`cannot be reached in its staging account: ${server.extensionError}`]),
    ...disks.map((disk) => `volume ${disk.deviceName} is ${disk.volumeStatus}`),
    ...(pinned === undefined || snapshotById(world, server, pinned) !== undefined
      ? []
      : [`recovery snapshot ${pinned} does not exist`]),
  ];
};

/** What DRS checks before a recovery, for every server of the call. */
const problemsOf = (world: World, entries: readonly Entry[]): readonly BadField[] =>
  entries.flatMap((entry, at) => {
    const server = serverById(world, entry.sourceServerID);
    const isRepeated = entries.findIndex((other) => other.sourceServerID === entry.sourceServerID) < at;
    const messages = [
      ...(isRepeated ? ['is listed more than once'] : []),
      ...(server === undefined ? ['does not exist'] : serverProblems(world, server, entry)),
    ];
    const name = `sourceServers.${at}.sourceServerID`;
    return messages.map((message) => ({ name, message: `Source server ${entry.sourceServerID} ${message}` }));
  });

/** One job at a time for a source server: a job of any kind refuses the whole call. */
export const busyRefusal = (world: World, sourceServerIDs: readonly string[]): DrsError | undefined => {
  const { oneJobPerServer } = world.setting.scenario;
  if (oneJobPerServer === 'OFF') return undefined;
  const busy = sourceServerIDs.find((id) => jobsOf(world, id).some((job) => isActiveAt(job, world.now)));
  if (busy === undefined) return undefined;
  return oneJobPerServer === 'QUOTA' ? quotaError('jobsPerServer', 1, busy) : busyError(busy);
};

export const quotaRefusal = (world: World, serverCount: number): DrsError | undefined => {
  const { quotas } = world.setting.scenario;
  const active = Object.values(world.state.jobs).filter((job) => isActiveAt(job, world.now));
  const inJobs = active.reduce((total, job) => total + job.courses.length, 0);
  if (serverCount > quotas.serversPerJob) return quotaError('serversPerJob', quotas.serversPerJob);
  if (active.length >= quotas.jobsInProgress) return quotaError('jobsInProgress', quotas.jobsInProgress);
  if (inJobs + serverCount > quotas.serversInJobs) return quotaError('serversInJobs', quotas.serversInJobs);
  return undefined;
};

/** Makes one job for all the servers of the call, or refuses them all. */
export const startRecovery = operation(
  request,
  ({ sourceServers, isDrill = false, tags: jobTags = {} }, world) => {
    const problems = problemsOf(world, sourceServers);
    if (problems.length > 0) return refused(validationError(problems));
    const ids = sourceServers.map((entry) => entry.sourceServerID);
    const servers = sourceServers.flatMap((entry) => {
      const server = serverById(world, entry.sourceServerID);
      return server === undefined ? [] : [{ server, snapshotID: entry.recoverySnapshotID }];
    });
    const refusal =
      busyRefusal(world, ids) ??
      intoRefusal(
        world,
        servers.map(({ server }) => server),
      ) ??
      quotaRefusal(world, ids.length);
    if (refusal !== undefined) return refused(refusal);
    const job = drawLaunchJob(world, { isDrill, tags: jobTags, servers });
    return answered({ job: renderJob(world, job) }, [{ kind: 'JobStarted', job }], 202);
  },
);
