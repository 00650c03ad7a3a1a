import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { courseOf, usualTimings, type JobCourse } from '../../../memory/job-course.ts';
import { createMemoryRecoveryService, type RecoveryModel } from '../../../memory/recovery-service.ts';
import type { SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import {
  drillOf,
  type Fleet,
  minuteMs,
  recoveryServiceSuite,
  stagingAccountOf,
  startAt,
  target,
} from './recovery-service.suite.ts';

const idOf = (n: number): string => `s-${String(n).padStart(17, '0')}`;

const serverOf = (fleet: Fleet, n: number): SourceServer => {
  const stagingAccount = stagingAccountOf(fleet, n);
  return {
    sourceServerId: idOf(n),
    name: `node-${n}`,
    tags: { Name: `node-${n}` },
    replicationState: 'CONTINUOUS',
    lagSeconds: 0,
    volumesMissing: false,
    platform: 'linux',
    ...(stagingAccount !== undefined && { stagingAccount }),
    ...(n === fleet.unreachable && { extensionError: 'access denied' }),
  };
};

const withLaunchActions = ({ launchActions = [] }: Fleet, course: JobCourse): JobCourse => ({
  ...course,
  servers: course.servers.map((server) => ({
    ...server,
    ...(server.sourceServerId === idOf(1) && {
      launchActions: launchActions.map((action, at) => ({
        ...action,
        beginsAfterMs: server.decidedAfterMs + at * minuteMs,
        endsAfterMs: server.decidedAfterMs + (at + 1) * minuteMs,
      })),
    }),
  })),
});

const modelOf = (fleet: Fleet, changes: Partial<RecoveryModel> = {}): RecoveryModel => ({
  serversOf: () => Array.from({ length: fleet.count }, (_, n) => serverOf(fleet, n + 1)),
  snapshotsOf: () => [
    { snapshotId: 'pit-00000000000000002', takenAt: startAt - minuteMs },
    { snapshotId: 'pit-00000000000000001', takenAt: startAt - 60 * minuteMs },
  ],
  courseOf: (_, { servers }) =>
    withLaunchActions(
      fleet,
      courseOf(
        usualTimings,
        servers.map(({ sourceServerId }) => sourceServerId),
        new Set(fleet.failing === undefined ? [] : [idOf(fleet.failing)]),
      ),
    ),
  launchActionsOf: (_, id) =>
    id === idOf(1) ? (fleet.launchActions ?? []).map(({ failureReason: _told, ...planned }) => planned) : [],
  quotas: { jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 },
  ...changes,
});

const openMemory = (fleet: Fleet, changes: Partial<RecoveryModel> = {}) => {
  const clock = createManualClock(startAt);
  const service = createMemoryRecoveryService(clock, modelOf(fleet, changes));
  return { service, advance: (ms: number) => clock.advance(ms) };
};

describe('recovery service in memory', () => {
  recoveryServiceSuite(async (fleet) => openMemory(fleet));

  it('hides a job until it is visible, and counts it all the same', async () => {
    const { service, advance } = openMemory(
      { count: 1 },
      { courseOf: () => courseOf({ ...usualTimings, visibleAfterMs: minuteMs }, [idOf(1)]) },
    );
    await service.startRecovery(target, drillOf(idOf(1)));
    expect(await service.describeJobsSince(target, startAt)).toEqual([]);
    expect(service.startedJobs(target)).toHaveLength(1);
    await advance(minuteMs);
    expect(await service.describeJobsSince(target, startAt)).toHaveLength(1);
  });

  it('refuses more servers in all jobs than the quota allows', async () => {
    const quotas = { jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 3 };
    const { service } = openMemory({ count: 4 }, { quotas });
    await service.startRecovery(target, drillOf(idOf(1), idOf(2)));
    expect(await service.startRecovery(target, drillOf(idOf(3), idOf(4)))).toMatchObject({ status: 'quota' });
    expect(await service.startRecovery(target, drillOf(idOf(3)))).toMatchObject({ status: 'accepted' });
  });

  it('keeps accounts and Regions apart', async () => {
    const { service } = openMemory({ count: 1 });
    await service.startRecovery(target, drillOf(idOf(1)));
    const elsewhere = { ...target, region: 'eu-central-1' };
    expect(await service.startRecovery(elsewhere, drillOf(idOf(1)))).toMatchObject({ status: 'accepted' });
  });

  it('refuses a server without a recovery point', async () => {
    const model = modelOf({ count: 1 });
    const [server] = model.serversOf(target);
    const { service } = openMemory(
      { count: 1 },
      { serversOf: () => [{ ...server!, replicationState: 'INITIAL_SYNC' }] },
    );
    expect(await service.startRecovery(target, drillOf(idOf(1)))).toMatchObject({ status: 'invalid' });
  });
});
