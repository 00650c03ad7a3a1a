import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../contracts/plan.ts';
import type { PlannedLaunchAction, RecoveryInstance } from '../../../../services/core/domain/recovery-job.ts';
import type { RecoveryService, StartRequest } from '../../../../services/core/ports/recovery-service.ts';

export const target: Target = { account: '111122223333', region: 'eu-west-1' };
export const startAt = Date.parse('2026-11-23T10:00:00Z');
export const minuteMs = 60_000;

export interface RecoveryHarness {
  readonly service: RecoveryService;
  /** Lets time pass, in ms, from `startAt`. */
  readonly advance: (ms: number) => Promise<void>;
}

export interface Fleet {
  /** Healthy servers that replicate. */
  readonly count: number;
  /** The one of them, counted from 1, whose launch fails. */
  readonly failing?: number;
  /** The accounts in turn from which they are extended; without, they replicate where they are recovered. */
  readonly stagingAccounts?: readonly string[];
  /** The one of them, counted from 1, whose staging account DRS cannot reach. */
  readonly unreachable?: number;
  /** What DRS runs on the first of them once it is launched, a minute each. */
  readonly launchActions?: readonly (PlannedLaunchAction & { readonly failureReason?: string })[];
}

/** The staging account of the nth server of a fleet, from 1. */
export const stagingAccountOf = ({ stagingAccounts = [] }: Fleet, n: number): string | undefined =>
  stagingAccounts[(n - 1) % stagingAccounts.length];

export const drillOf = (...ids: readonly string[]): StartRequest => ({
  isDrill: true,
  servers: ids.map((sourceServerId) => ({ sourceServerId })),
  tags: { executionId: 'exec-1' },
});

const byInstance = (a: RecoveryInstance, b: RecoveryInstance): number =>
  a.instanceId < b.instanceId ? -1 : 1;

/** What every recovery service promises. */
export const recoveryServiceSuite = (open: (fleet: Fleet) => Promise<RecoveryHarness>): void => {
  const openFleet = async (fleet: Fleet) => {
    const harness = await open(fleet);
    const servers = await harness.service.describeSourceServers(target);
    const ids = servers.map(({ sourceServerId }) => sourceServerId);
    const started = async (request: StartRequest): Promise<string> => {
      const answer = await harness.service.startRecovery(target, request);
      if (answer.status !== 'accepted') throw new Error(`not accepted: ${answer.message}`);
      return answer.jobId;
    };
    return { ...harness, servers, ids, started };
  };

  describe('source servers', () => {
    it('are shown as replicating and unlaunched', async () => {
      const { servers } = await openFleet({ count: 1 });
      expect(servers).toEqual([
        {
          sourceServerId: expect.stringMatching(/^s-\w{17}$/),
          name: 'node-1',
          tags: { Name: 'node-1' },
          replicationState: 'CONTINUOUS',
          lagSeconds: 0,
          volumesMissing: false,
          platform: 'linux',
        },
      ]);
    });

    it('are all listed: the 201st too', async () => {
      const { ids } = await openFleet({ count: 201 });
      expect(new Set(ids).size).toBe(201);
    });

    it('that are extended are listed with their staging account: the 201st too', async () => {
      const stagingAccounts = ['999900001111', '999900002222'];
      const { servers } = await openFleet({ count: 260, stagingAccounts });
      const accountOf = new Map(servers.map(({ name, stagingAccount }) => [name, stagingAccount]));
      const names = Array.from({ length: 260 }, (_, n) => `node-${n + 1}`);
      expect(accountOf).toEqual(new Map(names.map((name, n) => [name, stagingAccounts[n % 2]])));
    });

    it('that are extended from an account that cannot be reached say so, and are not launched', async () => {
      const fleet = { count: 2, stagingAccounts: ['999900001111'], unreachable: 2 };
      const { service, servers, ids } = await openFleet(fleet);
      expect(servers.map(({ extensionError }) => extensionError)).toEqual([undefined, 'access denied']);
      expect(servers.map(({ stagingAccount }) => stagingAccount)).toEqual(['999900001111', '999900001111']);
      expect(await service.startRecovery(target, drillOf(ids[1]!))).toMatchObject({ status: 'invalid' });
    });

    it('have a launch configuration', async () => {
      const { service, ids } = await openFleet({ count: 1 });
      const configuration = await service.describeLaunchConfiguration(target, ids[0]!);
      expect(configuration).toMatchObject({ copiesPrivateAddress: false });
      expect(configuration?.intoInstanceId).toBeUndefined();
      expect(await service.describeLaunchConfiguration(target, 's-99999999999999999')).toBeUndefined();
    });

    it('have points in time, newest first', async () => {
      const { service, ids } = await openFleet({ count: 1 });
      const snapshots = await service.describeRecoverySnapshots(target, ids[0]!);
      expect(snapshots.length).toBeGreaterThan(1);
      expect(snapshots[0]?.snapshotId).toMatch(/^pit-\w{17}$/);
      const instants = snapshots.map(({ takenAt }) => takenAt);
      expect(instants).toEqual(instants.toSorted((a, b) => b - a));
      expect(instants[0]).toBeLessThanOrEqual(startAt);
    });

    it('name their last job', async () => {
      const { service, started, ids } = await openFleet({ count: 2 });
      const jobId = await started(drillOf(ids[1]!));
      const servers = await service.describeSourceServers(target);
      expect(servers.map(({ lastJobId }) => lastJobId)).toEqual([undefined, jobId]);
    });
  });

  describe('a job', () => {
    it('is shown as it was asked for', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 2 });
      await advance(minuteMs);
      const jobId = await started(drillOf(...ids));
      await advance(minuteMs);
      const [job] = await service.describeJobs(target, [jobId]);
      expect(job).toMatchObject({
        jobId,
        type: 'LAUNCH',
        isDrill: true,
        status: 'STARTED',
        createdAt: startAt + minuteMs,
        tags: { executionId: 'exec-1' },
      });
      expect(job?.endedAt).toBeUndefined();
      expect(new Set(job?.servers.map(({ sourceServerId }) => sourceServerId))).toEqual(new Set(ids));
    });

    it('is told apart from a drill when it is a recovery', async () => {
      const { service, started, ids } = await openFleet({ count: 1 });
      const jobId = await started({ ...drillOf(...ids), isDrill: false });
      expect(await service.describeJobs(target, [jobId])).toMatchObject([{ jobId, isDrill: false }]);
    });

    it('ends with the result of each server', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 3, failing: 2 });
      const jobId = await started(drillOf(...ids));
      await advance(30 * minuteMs);
      const [job] = await service.describeJobs(target, [jobId]);
      expect(job?.status).toBe('COMPLETED');
      expect(job?.endedAt).toBeGreaterThan(startAt + minuteMs);
      expect(job?.endedAt).toBeLessThan(startAt + 30 * minuteMs);
      const results = new Map(job?.servers.map((server) => [server.sourceServerId, server.launchStatus]));
      expect(ids.map((id) => results.get(id))).toEqual(['LAUNCHED', 'FAILED', 'LAUNCHED']);
    });

    it('that does not exist is missing from the answer', async () => {
      const { service, started, ids } = await openFleet({ count: 1 });
      const jobId = await started(drillOf(...ids));
      const jobs = await service.describeJobs(target, [jobId, 'drsjob-99999999999999999']);
      expect(jobs.map((job) => job.jobId)).toEqual([jobId]);
      expect(await service.describeJobs(target, [])).toEqual([]);
    });

    it('logs its phases in order, with the instances that it launched', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 2 });
      const jobId = await started(drillOf(...ids));
      await advance(2 * minuteMs);
      const half = await service.describeJobLog(target, jobId);
      expect(half.at(0)?.event).toBe('JOB_START');
      expect(half.at(-1)?.event).toBe('CONVERSION_START');
      await advance(30 * minuteMs);
      const log = await service.describeJobLog(target, jobId);
      expect(log.slice(0, half.length)).toEqual(half);
      expect(log.at(-1)?.event).toBe('JOB_END');
      const instants = log.map(({ at }) => at);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
      const launched = log.filter(({ event }) => event === 'LAUNCH_END');
      expect(new Set(launched.map(({ sourceServerId }) => sourceServerId))).toEqual(new Set(ids));
      for (const { instanceId } of launched) expect(instanceId).toMatch(/^i-[0-9a-f]{17}$/);
    });

    it('is found by when it was created, the newest first', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 3 });
      const jobIds: string[] = [];
      for (const id of ids) {
        jobIds.push(await started(drillOf(id)));
        await advance(10 * minuteMs);
      }
      const since = await service.describeJobsSince(target, startAt + 9 * minuteMs);
      expect(since.map(({ jobId }) => jobId)).toEqual([jobIds[2], jobIds[1]]);
    });
  });

  describe('launch actions', () => {
    const check = { name: 'check', document: 'Check-Web', optional: false };
    const tune = { name: 'tune', document: 'Tune', optional: true };

    it('are those that a server is to have, in their order', async () => {
      const { service, ids } = await openFleet({ count: 2, launchActions: [check, tune] });
      expect(await service.launchActions(target, ids[0]!)).toEqual([check, tune]);
      expect(await service.launchActions(target, ids[1]!)).toEqual([]);
      expect(await service.launchActions(target, 's-99999999999999999')).toEqual([]);
    });

    it('are shown in the job as they begin and end', async () => {
      const failing = { ...tune, failureReason: 'no such package' };
      const fleet = { count: 2, launchActions: [check, failing] };
      const { service, started, advance, ids } = await openFleet(fleet);
      const jobId = await started(drillOf(...ids));
      const runsOf = async (n: number) => {
        const [job] = await service.describeJobs(target, [jobId]);
        return job?.servers.find(({ sourceServerId }) => sourceServerId === ids[n])?.launchActions;
      };
      expect(await runsOf(0)).toBeUndefined();
      // Whether a job ends before or after the launch actions of its servers, is not promised.
      for (let looks = 0; looks < 90 && (await runsOf(0)) === undefined; looks++) await advance(10_000);
      expect(await runsOf(0)).toEqual([{ ...check, status: 'IN_PROGRESS' }]);
      await advance(minuteMs);
      expect(await runsOf(0)).toEqual([
        { ...check, status: 'SUCCEEDED' },
        { ...tune, status: 'IN_PROGRESS' },
      ]);
      await advance(minuteMs);
      expect(await runsOf(0)).toEqual([
        { ...check, status: 'SUCCEEDED' },
        { ...failing, status: 'FAILED' },
      ]);
      expect(await runsOf(1)).toBeUndefined();
    });
  });

  describe('recovery instances', () => {
    it('are those that the last job of each server has launched', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 2 });
      await started(drillOf(...ids));
      expect(await service.describeRecoveryInstances(target, ids)).toEqual([]);
      await advance(30 * minuteMs);
      const first = await service.describeRecoveryInstances(target, ids);
      const all = await service.describeRecoveryInstances(target);
      expect(all.toSorted(byInstance)).toEqual(first.toSorted(byInstance));
      const jobId = await started({ ...drillOf(ids[0]!), isDrill: false });
      await advance(30 * minuteMs);
      const second = await service.describeRecoveryInstances(target, [ids[0]!]);
      expect(first).toHaveLength(2);
      expect(second).toEqual([
        {
          sourceServerId: ids[0],
          instanceId: expect.stringMatching(/^i-/),
          state: 'RUNNING',
          isDrill: false,
          jobId,
          pointInTime: expect.any(Number),
        },
      ]);
      expect(Math.abs((second[0]?.pointInTime ?? 0) - (startAt + 30 * minuteMs))).toBeLessThan(minuteMs);
      expect(first.map(({ instanceId }) => instanceId)).not.toContain(second[0]?.instanceId);
    });

    it('are found for more servers than one call takes', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 201 });
      await started(drillOf(ids[200]!));
      await advance(30 * minuteMs);
      expect(await service.describeRecoveryInstances(target, ids)).toHaveLength(1);
    });

    it('have an address and an Availability Zone, as far as they exist', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 2 });
      await started(drillOf(...ids));
      await advance(30 * minuteMs);
      const [instance] = await service.describeRecoveryInstances(target, ids);
      const { instanceId } = instance!;
      expect(await service.describeInstances(target, [instanceId, 'i-00000000000000bad'])).toEqual([
        {
          instanceId,
          privateAddress: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
          availabilityZone: expect.stringMatching(/^eu-west-1[a-c]$/),
        },
      ]);
      expect(await service.describeInstances(target, [])).toEqual([]);
    });
  });

  describe('machines', () => {
    it('are those that carry the tag of a server, with the job that launched them', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 201 });
      expect(await service.describeMachinesOf(target, ids)).toEqual([]);
      const jobId = await started(drillOf(ids[0]!, ids[200]!));
      await advance(30 * minuteMs);
      const machines = await service.describeMachinesOf(target, ids);
      expect(machines).toHaveLength(2);
      for (const machine of machines)
        expect(machine).toMatchObject({
          ...{ state: 'RUNNING', platform: 'linux', architecture: 'x86_64' },
          ...{ virtualization: 'hvm', rootDevice: 'ebs' },
          tags: {
            AWSElasticDisasterRecoverySourceServerID: expect.stringMatching(/^s-/),
            'drs.amazonaws.com-job': jobId,
          },
        });
      expect(await service.describeMachinesOf(target, [ids[1]!])).toEqual([]);
      expect(await service.describeMachinesOf(target, [])).toEqual([]);
    });

    it('are found by their ids, as far as they exist', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 1 });
      await started(drillOf(...ids));
      await advance(30 * minuteMs);
      const [machine] = await service.describeMachinesOf(target, ids);
      const { instanceId } = machine!;
      expect(await service.describeMachines(target, [instanceId, 'i-00000000000000bad'])).toEqual([machine]);
      expect(await service.describeMachines(target, [])).toEqual([]);
      const since = machine!.launchedAt!;
      expect(since).toBeGreaterThan(startAt);
      expect(since).toBeLessThan(startAt + 30 * minuteMs);
    });

    it('are told apart by what protects them', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 1 });
      await started(drillOf(...ids));
      await advance(30 * minuteMs);
      const [machine] = await service.describeMachinesOf(target, ids);
      expect(await service.describeProtection(target, machine!.instanceId)).toEqual({
        ...{ againstTermination: false, againstStop: false },
      });
    });
  });

  describe('a start', () => {
    it('is a conflict while a server of it is in another job, and starts nothing', async () => {
      const { service, started, advance, ids } = await openFleet({ count: 2 });
      await started(drillOf(ids[0]!));
      await advance(minuteMs);
      expect(await service.startRecovery(target, drillOf(...ids))).toMatchObject({ status: 'conflict' });
      expect(await service.describeJobsSince(target, startAt)).toHaveLength(1);
      await advance(30 * minuteMs);
      expect(await service.startRecovery(target, drillOf(...ids))).toMatchObject({ status: 'accepted' });
    });

    it('beyond the quota of servers in a job starts nothing', async () => {
      const { service, ids } = await openFleet({ count: 101 });
      expect(await service.startRecovery(target, drillOf(...ids))).toMatchObject({ status: 'quota' });
      expect(await service.describeJobsSince(target, startAt)).toEqual([]);
    });

    it('beyond the quota of jobs starts nothing', async () => {
      const { service, started, ids } = await openFleet({ count: 21 });
      for (const id of ids.slice(0, 20)) await started(drillOf(id));
      expect(await service.startRecovery(target, drillOf(ids[20]!))).toMatchObject({ status: 'quota' });
    });

    it('of a server that does not exist is invalid', async () => {
      const { service, ids } = await openFleet({ count: 1 });
      const request = drillOf(ids[0]!, 's-99999999999999999');
      expect(await service.startRecovery(target, request)).toMatchObject({ status: 'invalid' });
      expect(await service.describeJobsSince(target, startAt)).toEqual([]);
    });
  });

  it('knows the quotas', async () => {
    const { service } = await openFleet({ count: 1 });
    const quotas = { jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 };
    expect(await service.quotas(target)).toEqual(quotas);
  });
};
