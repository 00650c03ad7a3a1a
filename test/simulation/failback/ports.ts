import type {
  HomewardAnswer,
  HomewardCaller,
  HomewardOperation,
} from '../../../services/core/ports/homeward-caller.ts';
import type { HomewardReader } from '../../../services/core/ports/homeward-reader.ts';
import { pagedRecords } from '../../../services/core/ports/paged-records.ts';
import type { RecordStore } from '../../../services/core/ports/record-store.ts';
import type { RecoveryService } from '../../../services/core/ports/recovery-service.ts';
import type { FiringTimers } from '../../../services/core/ports/timers.ts';
import type { HomewardDrs } from './drs.ts';
import type { FailbackFault } from './faults.ts';
import type { Run } from './run.ts';

/** What a service works with in one run. */
export interface FailbackPorts {
  readonly store: RecordStore;
  readonly recovery: RecoveryService;
  readonly homeward: HomewardReader;
  readonly caller: HomewardCaller;
}

export interface FailbackPortsDeps {
  readonly drs: HomewardDrs;
  readonly items: RecordStore;
  readonly timers: FiringTimers;
  readonly now: () => number;
  /** Whether a fault strikes now, which is counted. */
  readonly strikes: (fault: FailbackFault) => boolean;
  readonly count: (what: string) => void;
  readonly trace: (text: string) => void;
  /** Who is about to change something in DRS that servers are held for; whether it is a drill. */
  readonly mutates: (run: Run) => Promise<{ readonly isDrill: boolean }>;
}

class Unavailable extends Error {
  override name = 'ThrottlingException';
}

type Unknown = { readonly status: 'unknown'; readonly message: string };

/** The ports of one run over the simulated DRS and records, with what may befall each call. */
export const createFailbackPorts = (deps: FailbackPortsDeps) => {
  const { drs, items, timers, now, strikes, count, trace } = deps;

  const reading = <T>(run: Run, effect: () => T): Promise<T> =>
    run.call(() => {
      if (strikes('error')) throw new Unavailable('DRS is throttled');
      return effect();
    });
  /** A call that changes something: it is refused before it does, or is made, and its answer may be lost. */
  const changing = <A extends { readonly status: string }>(
    run: Run,
    what: string,
    effect: () => A | Promise<A>,
  ): Promise<A | Unknown> =>
    run.call(async (): Promise<A | Unknown> => {
      if (strikes('error')) return { status: 'unknown', message: 'throttled' };
      const answer = await effect();
      trace(`${what}: ${answer.status}`);
      return strikes('lostAnswer') ? { status: 'unknown', message: 'no answer' } : answer;
    });

  const recoveryOf = (run: Run): RecoveryService => ({
    startRecovery: (target, request) =>
      changing(
        run,
        `StartRecovery ${request.servers.map((each) => each.sourceServerId).join(' ')}`,
        async () => {
          await deps.mutates(run);
          return drs.launch(target, request);
        },
      ),
    terminateRecoveryInstances: (target, ids) =>
      changing(run, `TerminateRecoveryInstances ${ids.join(' ')}`, () => drs.terminate(target, ids)),
    describeJobs: (_target, ids) => reading(run, () => drs.jobs(ids)),
    describeJobsSince: (_target, since) =>
      reading(run, () => drs.jobs().filter(({ createdAt }) => createdAt >= since)),
    describeJobLog: (_target, jobId) =>
      reading(run, () =>
        drs.launchesIn(jobId).map(({ id, machineId }) => ({
          at: now(),
          event: machineId === undefined ? 'LAUNCH_FAILED' : 'LAUNCH_END',
          sourceServerId: id,
          ...(machineId !== undefined && { instanceId: machineId }),
        })),
      ),
    describeSourceServers: (target) =>
      reading(run, () =>
        drs
          .servers(target)
          .map(({ sourceServerId, name, direction, replication: { state, lagSeconds } }) => ({
            ...{ sourceServerId, name, tags: {}, replicationState: state, volumesMissing: false },
            ...(direction === 'FAILBACK' && { direction }),
            ...(lagSeconds !== undefined && { lagSeconds }),
          })),
      ),
    describeRecoveryInstances: (target, ids) =>
      reading(run, () =>
        drs
          .recorded(target)
          .filter(({ serverId }) => ids === undefined || ids.includes(serverId))
          .map(({ id, serverId, isDrill, jobId }) => ({
            ...{ instanceId: id, sourceServerId: serverId, state: 'RUNNING', isDrill, jobId },
          })),
      ),
    describeRecoverySnapshots: (_target, id) =>
      reading(run, () => [{ snapshotId: id.replace('s-', 'pit-'), takenAt: now() - 60_000 }]),
    describeLaunchConfiguration: async () => ({ copiesPrivateAddress: false, copiesTags: false }),
    launchActions: async () => [],
    quotas: async () => ({ jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 }),
    describeInstances: (_target, ids) => reading(run, () => ids.map((instanceId) => ({ instanceId }))),
    describeMachines: (target, ids) =>
      reading(run, () =>
        drs
          .tagged(target)
          .filter(({ id }) => ids.includes(id))
          .map(({ id }) => ({ instanceId: id, state: 'RUNNING', platform: 'linux' as const, tags: {} })),
      ),
    describeMachinesOf: (target, ids) =>
      reading(run, () =>
        drs
          .tagged(target)
          .filter(({ serverId }) => ids.includes(serverId))
          .map(({ id, serverId, jobId }) => ({
            ...{ instanceId: id, state: 'RUNNING', platform: 'linux' as const },
            tags: { AWSElasticDisasterRecoverySourceServerID: serverId, 'drs.amazonaws.com-job': jobId },
          })),
      ),
    describeProtection: async () => ({ againstTermination: false, againstStop: false }),
  });
  const homewardOf = (run: Run): HomewardReader => ({
    servers: (target) => reading(run, () => drs.servers(target)),
    machines: (target, ids) => reading(run, () => drs.machines(target, ids)),
    launchSettings: async () => ({
      securityGroupIds: ['sg-0'],
      subnetId: 'subnet-0',
      instanceProfile: 'own',
    }),
  });
  const callerOf = (run: Run): HomewardCaller => ({
    call: (target, operation: HomewardOperation, id) => {
      count(`failback: ${operation}`);
      return changing(run, `${operation} ${id}`, async (): Promise<HomewardAnswer> => {
        const { isDrill } = await deps.mutates(run);
        if (strikes('refused')) return { status: 'invalid', message: 'ValidationException' };
        return drs.call(target, operation, id, isDrill);
      });
    },
  });
  const storeOf = (run: Run): RecordStore =>
    pagedRecords({
      ...items,
      read: (key) => run.call(() => items.read(key)),
      write: (key, body, expected, index) => run.call(() => items.write(key, body, expected, index)),
      remove: (key, expected) => run.call(() => items.remove(key, expected)),
    });

  return {
    portsOf: (run: Run): FailbackPorts => ({
      ...{ store: storeOf(run), recovery: recoveryOf(run) },
      ...{ homeward: homewardOf(run), caller: callerOf(run) },
    }),
    /** A timer that was to be set may be lost: the sweep finds what waits for it. */
    timersOf: (run: Run): FiringTimers => {
      const setting = (set: () => Promise<void>): Promise<void> =>
        run.call(() => (strikes('lostTimer') ? undefined : set()));
      return {
        set: (wake, delayMs) => setting(() => timers.set(wake, delayMs)),
        ensure: (wake, delayMs) => setting(() => timers.ensure(wake, delayMs)),
        setIfSooner: (wake, delayMs) => setting(() => timers.setIfSooner(wake, delayMs)),
        fireNow: (wake, work, followMs) => timers.fireNow(wake, work, followMs),
      };
    },
  };
};
