import { createHash } from 'node:crypto';
import { hasRecoveryPoint, replicationOf } from './replication.ts';
import { pitPolicyOf } from './replication-configuration.ts';
import type { PitRule } from './replication-settings.ts';
import type { SourceServer } from './source-server.ts';
import type { World } from './world.ts';

export interface RecoverySnapshot {
  readonly snapshotID: string;
  /** Epoch ms. */
  readonly takenAt: number;
  readonly ebsSnapshots: readonly string[];
}

const minuteMs = 60_000;

const unitMs = { MINUTE: minuteMs, HOUR: 60 * minuteMs, DAY: 24 * 60 * minuteMs } as const;

/** How often a rule takes a point, and how many it keeps. */
const paceOf = ({ units, interval, retentionDuration }: PitRule) => ({
  everyMs: interval * unitMs[units],
  count: Math.ceil(retentionDuration / interval),
});

const isOn = ({ enabled = true }: PitRule): boolean => enabled;

/** Whether a policy has a point taken at this very time, epoch ms. */
export const takesPointAt = (policy: readonly PitRule[], at: number): boolean =>
  policy.filter(isOn).some((rule) => at % paceOf(rule).everyMs === 0);

/** Until the next point of a policy, in ms. */
export const untilNextPoint = (policy: readonly PitRule[], now: number): number =>
  Math.min(
    ...policy
      .filter(isOn)
      .map(paceOf)
      .map(({ everyMs }) => everyMs - (now % everyMs)),
  );

const policyTimes = (policy: readonly PitRule[], now: number): readonly number[] => {
  const times = policy
    .filter(isOn)
    .map(paceOf)
    .flatMap(({ everyMs, count }) => {
      const latest = Math.floor(now / everyMs) * everyMs;
      return Array.from({ length: count }, (_, back) => latest - back * everyMs);
    });
  return [...new Set(times)].sort((a, b) => a - b);
};

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 17);

export const policySnapshot = (server: SourceServer, takenAt: number): RecoverySnapshot => ({
  snapshotID: `pit-${digest(`${server.sourceServerID}/${takenAt}`)}`,
  takenAt,
  ebsSnapshots: server.disks.map(
    (disk) => `snap-${digest(`${server.sourceServerID}/${takenAt}/${disk.deviceName}`)}`,
  ),
});

const listedSnapshots = (world: World, server: SourceServer): readonly RecoverySnapshot[] =>
  (server.snapshots ?? []).map(({ id, ageSeconds }) => ({
    ...policySnapshot(server, world.state.openedAt - ageSeconds * 1000),
    snapshotID: id,
  }));

/** The recovery snapshots that a server has at `world.now`, oldest first. */
export const snapshotsOf = (world: World, server: SourceServer): readonly RecoverySnapshot[] => {
  const replication = replicationOf(world, server);
  if (!hasRecoveryPoint(replication)) return [];
  const all =
    server.snapshots === undefined
      ? policyTimes(pitPolicyOf(world, server), world.now).map((takenAt) => policySnapshot(server, takenAt))
      : listedSnapshots(world, server);
  const until = replication.stalledAt ?? Infinity;
  return all
    .filter(({ takenAt }) => takenAt >= replication.pointsFrom && takenAt <= until)
    .sort((a, b) => a.takenAt - b.takenAt);
};

export const snapshotById = (
  world: World,
  server: SourceServer,
  snapshotID: string,
): RecoverySnapshot | undefined =>
  snapshotsOf(world, server).find((snapshot) => snapshot.snapshotID === snapshotID);
