import type { DueHint } from './due-hints.ts';
import { eventOf, stableId } from './hints.ts';
import { hasRecoveryPoint, replicationOf } from './replication.ts';
import { pitPolicyOf } from './replication-configuration.ts';
import { policySnapshot, takesPointAt, untilNextPoint } from './snapshots.ts';
import type { SourceServer } from './source-server.ts';
import type { World } from './world.ts';
import { allServers, arnOf } from './world.ts';

/** Until a point of some server is due that there is now, in ms; servers that join are seen to every ten minutes. */
export const untilNextPoints = (world: World): number =>
  Math.min(
    600_000 - (world.now % 600_000),
    ...new Set(allServers(world).map((server) => untilNextPoint(pitPolicyOf(world, server), world.now))),
  );

const takesPoint = (world: World, server: SourceServer, at: number): boolean => {
  if (server.snapshots !== undefined || !takesPointAt(pitPolicyOf(world, server), at)) return false;
  const replication = replicationOf(world, server);
  return hasRecoveryPoint(replication) && replication.stalledAt === undefined && replication.pointsFrom <= at;
};

/** The events of the points in time that servers take at this moment. */
export const hintsOfPoints = (world: World, at: number): readonly DueHint[] =>
  allServers(world)
    .filter((server) => takesPoint(world, server, at))
    .map((server) => {
      const { snapshotID, ebsSnapshots } = policySnapshot(server, at);
      const resource = arnOf(world, 'source-server', server.sourceServerID);
      const hint = {
        id: stableId(`${resource}/${snapshotID}`),
        detailType: 'DRS PIT Snapshot Taken',
        resource,
        detail: { DrsSnapshotID: snapshotID, EbsSnapshotIDs: ebsSnapshots.join(',') },
      };
      return { at, event: eventOf(world.setting.place, hint, at) };
    });
