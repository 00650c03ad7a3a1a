import type { SourceServer } from './source-server.ts';
import { parseDuration } from './timestamp.ts';
import type { World } from './world.ts';
import { sinceOpened, within } from './world.ts';

export interface Replication {
  readonly state: SourceServer['replication']['state'];
  readonly lagMs: number;
  readonly error?: string | undefined;
  /** Points in time before this one (epoch ms) are gone. */
  readonly pointsFrom: number;
  /** Since when no new points are made, epoch ms. */
  readonly stalledAt?: number;
}

const startMs = 5000;

const stalledSince = (world: World, server: SourceServer): number | undefined => {
  const seconds = sinceOpened(world, world.now);
  const stall = server.replication.stalls.find((window) => within(seconds, window));
  return stall && world.state.openedAt + stall.fromSeconds * 1000;
};

const syncing = (world: World, since: number): Replication | undefined => {
  const syncedAt = since + world.setting.scenario.resyncSeconds * 1000;
  if (world.now >= syncedAt) return undefined;
  const state = world.now < since + startMs ? 'INITIATING' : 'INITIAL_SYNC';
  return { state, lagMs: world.now - since, pointsFrom: syncedAt };
};

const undisturbed = (server: SourceServer, pointsFrom: number): Replication => ({
  state: server.replication.state,
  lagMs: parseDuration(server.replication.lagDuration),
  error: server.replication.error,
  pointsFrom,
});

const healthy = (pointsFrom: number): Replication => ({ state: 'CONTINUOUS', lagMs: 0, pointsFrom });

/** How a server's data replication stands at `world.now`: what was last asked for, else the scenario. */
export const replicationOf = (world: World, server: SourceServer): Replication => {
  const change = world.state.serverChanges[server.sourceServerID]?.replication;
  const resyncMs = world.setting.scenario.resyncSeconds * 1000;
  if (change?.kind === 'STOPPED' || change?.kind === 'DISCONNECTED')
    return { state: change.kind, lagMs: world.now - change.at, pointsFrom: Infinity };
  if (change?.kind === 'STARTED') return syncing(world, change.at) ?? healthy(change.at + resyncMs);
  const stalledAt = stalledSince(world, server);
  if (stalledAt !== undefined && (change === undefined || change.at < stalledAt))
    return {
      state: 'STALLED',
      lagMs: world.now - stalledAt,
      error: 'NOT_CONVERGING',
      pointsFrom: 0,
      stalledAt,
    };
  if (change !== undefined)
    return world.now < change.at + resyncMs ? { ...healthy(0), state: 'RESCAN' } : healthy(0);
  if (server.addedAt !== undefined)
    return syncing(world, server.addedAt) ?? healthy(server.addedAt + resyncMs);
  return undisturbed(server, 0);
};

/** DRS can recover a server only once its initial sync is done and while it is connected. */
export const hasRecoveryPoint = ({ state }: Replication): boolean =>
  !['STOPPED', 'INITIATING', 'INITIAL_SYNC', 'DISCONNECTED'].includes(state);
