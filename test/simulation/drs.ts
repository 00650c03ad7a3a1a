import { errorOf } from './estate.ts';
import type { Target } from '../../contracts/plan.ts';
import type {
  JobLogEntry,
  ParticipatingServer,
  RecoveryInstance,
  RecoveryJob,
} from '../../services/core/domain/recovery-job.ts';
import type { StartRequest } from '../../services/core/ports/recovery-service.ts';

import { isWithheld, runsShown, type SimulatedAction } from './launch-actions.ts';

/**
 * How a server of a job ends; all but the first are failures of different looks. One that is lost was launched, and is
 * terminated by the end of its job.
 */
export type ServerEnd = 'launched' | 'failed' | 'skipped' | 'cancelled' | 'lost';
export interface SimulatedServer {
  readonly id: string;
  readonly end: ServerEnd;
  readonly doneAt: number;
  /** What DRS runs on it once it is launched. */
  readonly actions?: readonly SimulatedAction[];
}

/** A job of DRS with its whole future, drawn when it was accepted. */
export interface SimulatedJob {
  readonly jobId: string;
  readonly place: string;
  readonly isDrill: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly visibleAt: number;
  /** DRS shows how its servers did, and sends its hints of them, only once the job has ended. */
  readonly showsLate?: boolean;
  /** By so much its log is behind what DescribeJobs says, in ms. */
  readonly logLagMs: number;
  /** By so much what it shows of launch actions is behind, in ms. */
  readonly actionsLagMs?: number;
  /** The role may not ask which launch actions are planned: one that has not begun by the job's end is not known. */
  readonly isUnread?: boolean;
  /** Moved when a job that would never end is ended from outside. */
  endsAt: number;
  readonly servers: readonly SimulatedServer[];
  /** Undefined: somebody else's. */
  readonly owner?: { readonly executionId: string; readonly waveId: string; readonly attempt: number };
}

/** A job of DRS that ends instances, with its whole future. */
export interface SimulatedTermination {
  readonly jobId: string;
  readonly place: string;
  readonly createdAt: number;
  readonly visibleAt: number;
  readonly goneAt: number;
  readonly endsAt: number;
  readonly instances: readonly { readonly instanceId: string; readonly serverId: string }[];
}

/** DRS leaves a server that it did not get to at PENDING, in a job that is COMPLETED all the same. */
const statusAfter: Readonly<Record<ServerEnd, string>> = {
  launched: 'LAUNCHED',
  failed: 'FAILED',
  skipped: 'PENDING',
  cancelled: 'TERMINATED',
  lost: 'TERMINATED',
};
const failureEvents = {
  failed: 'LAUNCH_FAILED',
  skipped: 'SERVER_SKIPPED',
  cancelled: 'JOB_CANCEL',
} as const;

/** The instance that a job makes of a server. */
export const instanceIdOf = (jobId: string, serverId: string): string =>
  `i-${jobId.slice(-8)}${serverId.slice(-9)}`;

/** A job that is ended from outside ends its servers with it. */
export const serverEndsAt = (job: SimulatedJob, { doneAt }: SimulatedServer): number =>
  Math.min(doneAt, job.endsAt);

/** Whether an instance of it runs, of those that a launch leaves. */
export const isThere = (job: SimulatedJob, server: SimulatedServer, now: number): boolean =>
  serverEndsAt(job, server) <= now &&
  (server.end === 'launched' || (server.end === 'lost' && job.endsAt > now));

export const placeOf = ({ account, region }: Target): string => `${account}/${region}`;

/** The launch action for which a launched server does not count as recovered, of those that can be known. */
export const withheldBy = (
  job: SimulatedJob,
  server: SimulatedServer,
  now: number,
): SimulatedAction | undefined => {
  const launchedAt = serverEndsAt(job, server);
  const shownMs = job.endsAt - launchedAt - (job.actionsLagMs ?? 0);
  return server.actions?.find(
    (action) =>
      isWithheld(action, now - launchedAt) && (job.isUnread !== true || action.beginsAfterMs <= shownMs),
  );
};

/** The last that a job shows of itself and of its launch actions: each sign begins the wait for the next anew. */
export const lastSignAt = (job: SimulatedJob): number =>
  job.servers.reduce((last, server) => {
    const launchedAt = serverEndsAt(job, server) + (job.actionsLagMs ?? 0);
    const signs = (server.actions ?? [])
      .flatMap(({ beginsAfterMs, endsAfterMs }) => [launchedAt + beginsAfterMs, launchedAt + endsAfterMs])
      .filter(Number.isFinite);
    return Math.max(last, ...(server.end === 'launched' ? signs : []));
  }, job.endsAt);

/** When nothing of a job goes on any more: its own end, or that of launch actions that are awaited for so long. */
export const restsAt = (job: SimulatedJob, awaitedMs: number): number => {
  const isEndless = job.servers.some(
    ({ end, actions = [] }) =>
      end === 'launched' && actions.some(({ endsAfterMs }) => endsAfterMs === Infinity),
  );
  return lastSignAt(job) + (isEndless ? awaitedMs : 0);
};

/** DRS as the services see it: what is told of a job follows from the time alone. */
export const createDrs = () => {
  const jobs: SimulatedJob[] = [];
  const byId = new Map<string, SimulatedJob>();
  const terminations: SimulatedTermination[] = [];
  /** When an instance is gone that a job was asked to end. */
  const goneAt = new Map<string, number>();
  /** Instances whose server counts as failed all the same. */
  const givenUp = new Set<string>();

  const isLive = (job: SimulatedJob, now: number): boolean => job.endsAt > now;

  const shownActions = (
    job: SimulatedJob,
    server: SimulatedServer,
    now: number,
  ): Pick<ParticipatingServer, 'launchActions'> => {
    const { end, actions = [] } = server;
    const sinceMs = now - serverEndsAt(job, server) - (job.actionsLagMs ?? 0);
    const launchActions = end === 'launched' ? runsShown(actions, sinceMs) : [];
    return launchActions.length === 0 ? {} : { launchActions };
  };

  const statusOf = (job: SimulatedJob, server: SimulatedServer, now: number): string => {
    if (serverEndsAt(job, server) > now || (job.showsLate === true && isLive(job, now))) return 'IN_PROGRESS';
    return isThere(job, server, now) ? 'LAUNCHED' : statusAfter[server.end];
  };

  const view = (job: SimulatedJob, now: number): RecoveryJob => ({
    jobId: job.jobId,
    type: 'LAUNCH',
    isDrill: job.isDrill,
    status: isLive(job, now) ? (now - job.createdAt < 2_000 ? 'PENDING' : 'STARTED') : 'COMPLETED',
    createdAt: job.createdAt,
    ...(!isLive(job, now) && { endedAt: job.endsAt }),
    tags: job.tags,
    servers: job.servers.map((server) => ({
      sourceServerId: server.id,
      launchStatus: statusOf(job, server, now),
      ...shownActions(job, server, now),
    })),
  });

  const viewOfEnd = (job: SimulatedTermination, now: number): RecoveryJob => {
    const isOver = job.endsAt <= now;
    return {
      ...{ jobId: job.jobId, type: 'TERMINATE', isDrill: false, createdAt: job.createdAt, tags: {} },
      status: isOver ? 'COMPLETED' : 'STARTED',
      ...(isOver && { endedAt: job.endsAt }),
      // DRS empties it when it is done.
      servers: isOver
        ? []
        : job.instances.map(({ serverId }) => ({ sourceServerId: serverId, launchStatus: 'IN_PROGRESS' })),
    };
  };
  const endsIn = (place: string, now: number): readonly SimulatedTermination[] =>
    terminations.filter((job) => job.place === place && job.endsAt > now);

  return {
    jobs,
    terminations,
    /** Jobs under way that end instances. */
    endsIn,
    end(job: SimulatedTermination, left: ReadonlySet<string>): void {
      terminations.push(job);
      for (const { instanceId } of job.instances)
        if (!left.has(instanceId)) goneAt.set(instanceId, job.goneAt);
    },
    isGone: (instanceId: string, now: number): boolean => (goneAt.get(instanceId) ?? Infinity) <= now,
    /** The job that launched an instance, whoever's it is. */
    launchOf: (instanceId: string): SimulatedJob | undefined =>
      jobs.find((job) =>
        job.servers.some(({ id, end }) => end === 'launched' && instanceIdOf(job.jobId, id) === instanceId),
      ),
    isLive,
    live: (now: number): readonly SimulatedJob[] => jobs.filter((job) => isLive(job, now)),
    accept(job: SimulatedJob): void {
      jobs.push(job);
      byId.set(job.jobId, job);
    },
    giveUp: (instanceId: string): void => void givenUp.add(instanceId),
    isGivenUp: (instanceId: string): boolean => givenUp.has(instanceId),
    jobById: (jobId: string): SimulatedJob | undefined => byId.get(jobId),
    describe: (place: string, ids: readonly string[], now: number): readonly RecoveryJob[] =>
      ids.flatMap((id) => {
        const ending = terminations.find(({ jobId, visibleAt }) => jobId === id && visibleAt <= now);
        if (ending !== undefined) return ending.place === place ? [viewOfEnd(ending, now)] : [];
        const job = byId.get(id);
        return job === undefined || job.visibleAt > now || job.place !== place ? [] : [view(job, now)];
      }),
    since: (place: string, since: number, now: number): readonly RecoveryJob[] =>
      jobs
        .filter((job) => job.place === place && job.createdAt >= since && job.visibleAt <= now)
        .map((job) => view(job, now))
        .reverse()
        .concat(
          terminations
            .filter((job) => job.place === place && job.createdAt >= since && job.visibleAt <= now)
            .map((job) => viewOfEnd(job, now)),
        ),
    log(jobId: string, now: number): readonly JobLogEntry[] {
      const job = byId.get(jobId);
      if (job === undefined) return [];
      return job.servers.flatMap((server): JobLogEntry[] => {
        const { id, end } = server;
        const lasts = serverEndsAt(job, server) - job.createdAt;
        const entries: JobLogEntry[] = [
          { at: job.createdAt + lasts * 0.1, event: 'SNAPSHOT_START', sourceServerId: id },
          { at: job.createdAt + lasts * 0.2, event: 'CONVERSION_START', sourceServerId: id },
          { at: job.createdAt + lasts * 0.8, event: 'LAUNCH_START', sourceServerId: id },
          end === 'launched' || end === 'lost'
            ? {
                at: job.createdAt + lasts,
                event: 'LAUNCH_END',
                sourceServerId: id,
                instanceId: instanceIdOf(jobId, id),
              }
            : {
                at: job.createdAt + lasts,
                event: failureEvents[end],
                sourceServerId: id,
                ...(end === 'failed' && { error: errorOf(id) }),
              },
        ];
        return entries.filter((entry) => entry.at + job.logLagMs <= now);
      });
    },
    /**
     * What the jobs of a wave have recovered: of several the last counts. A server counts once DRS shows its launch;
     * one that its job loses at the end counts after that as long as `isCounted` says so, which is for those that have
     * not heard of it. A job that has ended holds no server that is still at work, also when it was ended from outside.
     * A launch action that is needed keeps a server from counting until it has succeeded, and one that was given up does
     * not count any more.
     */
    launchedBy(
      executionId: string,
      waveId: string,
      now: number,
      isCounted: (id: string) => boolean,
    ): readonly { readonly id: string; readonly instanceId: string }[] {
      const launched = new Map<string, string>();
      for (const job of jobs) {
        if (job.owner?.executionId !== executionId || job.owner.waveId !== waveId) continue;
        if (job.showsLate === true && isLive(job, now)) continue;
        for (const server of job.servers) {
          const { id, end } = server;
          const instanceId = instanceIdOf(job.jobId, id);
          if ((end !== 'launched' && end !== 'lost') || serverEndsAt(job, server) > now) continue;
          if (!isThere(job, server, now) && !isCounted(id)) continue;
          if (givenUp.has(instanceId) || withheldBy(job, server, now) !== undefined) launched.delete(id);
          else launched.set(id, instanceId);
        }
      }
      return [...launched].map(([id, instanceId]) => ({ id, instanceId }));
    },
    /** The newest launch of each server is the instance that it has. */
    instances: (place: string, ids: ReadonlySet<string>, now: number): readonly RecoveryInstance[] => {
      const found = new Map<string, RecoveryInstance>();
      for (const job of jobs) {
        if (job.place !== place) continue;
        for (const server of job.servers) {
          const { id } = server;
          if (!ids.has(id)) continue;
          // The launch that was lost had ended what was there before it.
          if (server.end === 'lost' && serverEndsAt(job, server) <= now) found.delete(id);
          if (!isThere(job, server, now)) continue;
          const instance = {
            sourceServerId: id,
            instanceId: instanceIdOf(job.jobId, id),
            state: 'RUNNING',
            isDrill: job.isDrill,
            jobId: job.jobId,
          };
          found.set(id, instance);
        }
      }
      return [...found.values()].filter(({ instanceId }) => (goneAt.get(instanceId) ?? Infinity) > now);
    },
  };
};
export type Drs = ReturnType<typeof createDrs>;

/** Who made this job, by the product's own tags. */
export const ownerOf = (request: StartRequest): SimulatedJob['owner'] => {
  const executionId = request.tags['groundswell:execution'];
  const waveId = request.tags['groundswell:wave'];
  const attempt = Number.parseInt(request.tags['groundswell:job'] ?? '', 10);
  return executionId === undefined || waveId === undefined || Number.isNaN(attempt)
    ? undefined
    : { executionId, waveId, attempt };
};
