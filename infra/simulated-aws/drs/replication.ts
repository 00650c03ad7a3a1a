import { type Initiation, initiationError, initiationSteps } from './initiation.ts';
import type { Replication } from './replication-state.ts';
import { hardwareOf, type SourceServer } from './source-server.ts';
import { parseDuration } from './timestamp.ts';
import type { World } from './world.ts';
import { sinceOpened, within } from './world.ts';

const mibPerGib = 1024;

const initiatingMsOf = ({ setting }: World): number => setting.scenario.initiatingSeconds * 1000;

/** How long all disks of a server take to be copied or read again, with what passes before the first byte. */
const syncMsOf = (world: World, { disks }: Pick<SourceServer, 'disks'>, beforeMs: number): number => {
  const { replicationMibPerSecond, resyncSeconds } = world.setting.scenario;
  const mib = disks.reduce((total, { gib }) => total + gib * mibPerGib, 0);
  return replicationMibPerSecond === undefined
    ? Math.max(beforeMs, resyncSeconds * 1000)
    : beforeMs + (mib / replicationMibPerSecond) * 1000;
};

const whole = { copied: 1, rescanned: 0 };
const none = { copied: 0, rescanned: 0 };

const healthy = (pointsFrom: number): Replication => ({
  state: 'CONTINUOUS',
  lagMs: 0,
  pointsFrom,
  ...whole,
});

const stuck = (world: World, since: number, initiation: Initiation): Replication | undefined => {
  const step = world.setting.scenario.initiationFailsAt;
  if (step === undefined) return undefined;
  const hasFailed = initiation.done * initiationSteps.length > initiationSteps.indexOf(step);
  return {
    ...{ state: 'INITIATING', lagMs: world.now - since, pointsFrom: Infinity, ...none },
    initiation: { ...initiation, failedAt: step },
    ...(hasFailed && { error: initiationError(step) }),
  };
};

/** A first copy: the agent is connected, then the disks are copied. */
export const syncing = (world: World, server: Pick<SourceServer, 'disks'>, since: number): Replication => {
  const initiatingMs = initiatingMsOf(world);
  const begunAt = since + initiatingMs;
  const doneAt = since + syncMsOf(world, server, initiatingMs);
  const initiation = {
    startedAt: since,
    done: initiatingMs === 0 ? 1 : Math.min(1, (world.now - since) / initiatingMs),
  };
  const standstill = stuck(world, since, initiation);
  if (standstill !== undefined) return standstill;
  if (world.now >= doneAt) return { ...healthy(doneAt), initiation };
  const base = { lagMs: world.now - since, pointsFrom: doneAt, initiation, doneAt };
  if (world.now < begunAt) return { ...base, state: 'INITIATING', ...none };
  return { ...base, state: 'INITIAL_SYNC', copied: (world.now - begunAt) / (doneAt - begunAt), rescanned: 0 };
};

/** Disks that were copied before are compared with those of the machine. */
const rescanning = (world: World, server: SourceServer, since: number, pausedMs: number): Replication => {
  const begunAt = since + pausedMs;
  const doneAt = since + syncMsOf(world, server, pausedMs);
  if (world.now >= doneAt) return { ...healthy(0), rescanned: 1 };
  const base = { lagMs: world.now - since, pointsFrom: 0, copied: 1, doneAt };
  return world.now < begunAt
    ? { ...base, state: 'STALLED', error: 'AGENT_NOT_SEEN', stalledAt: since, rescanned: 0 }
    : { ...base, state: 'RESCAN', rescanned: (world.now - begunAt) / (doneAt - begunAt) };
};

const stalledSince = (world: World, server: SourceServer): number | undefined => {
  const seconds = sinceOpened(world, world.now);
  const stall = server.replication.stalls.find((window) => within(seconds, window));
  return stall && world.state.openedAt + stall.fromSeconds * 1000;
};

const stalled = (world: World, stalledAt: number, error: string, pointsFrom = 0): Replication => ({
  ...{ state: 'STALLED', lagMs: world.now - stalledAt, error, pointsFrom, stalledAt },
  ...whole,
});

const undisturbed = (server: SourceServer): Replication => ({
  state: server.replication.state,
  lagMs: parseDuration(server.replication.lagDuration),
  error: server.replication.error,
  pointsFrom: 0,
  ...whole,
});

/** What was last asked for, else the scenario. */
const asAskedFor = (world: World, server: SourceServer): Replication => {
  const change = world.state.serverChanges[server.sourceServerID]?.replication;
  if (change?.kind === 'STOPPED' || change?.kind === 'DISCONNECTED')
    return { state: change.kind, lagMs: world.now - change.at, pointsFrom: Infinity, ...none };
  if (change?.kind === 'STARTED') return syncing(world, server, change.at);
  const stalledAt = stalledSince(world, server);
  if (stalledAt !== undefined && (change === undefined || change.at < stalledAt))
    return stalled(world, stalledAt, 'NOT_CONVERGING');
  if (change?.kind === 'REPOINTED')
    return rescanning(world, server, change.at, world.setting.scenario.repointSeconds * 1000);
  if (change !== undefined) return rescanning(world, server, change.at, 0);
  return server.addedAt === undefined ? undisturbed(server) : syncing(world, server, server.addedAt);
};

/** Since when a server replicates from the machine that it is now, epoch ms. */
export const fedSince = ({ state }: World, { sourceServerID, addedAt }: SourceServer): number =>
  state.serverChanges[sourceServerID]?.machine?.at ?? addedAt ?? state.openedAt;

/** Since when the machine of a server, where EC2 knows it, does not run, or runs from other volumes. */
const silentSince = (world: World, server: SourceServer): number | undefined => {
  if (server.origin === undefined) return undefined;
  const { awsInstanceID = '' } = hardwareOf(world.setting.place, server);
  return world.elsewhere(server.origin)?.silentSince(awsInstanceID, fedSince(world, server));
};

/** How a server's data replication stands at `world.now`. */
export const replicationOf = (world: World, server: SourceServer): Replication => {
  const replication = asAskedFor(world, server);
  if (['STOPPED', 'DISCONNECTED'].includes(replication.state)) return replication;
  const silentAt = silentSince(world, server);
  if (silentAt === undefined) return replication;
  const before = asAskedFor({ ...world, now: silentAt }, server);
  const pointsFrom = hasRecoveryPoint(before) ? before.pointsFrom : Infinity;
  return { ...stalled(world, silentAt, 'AGENT_NOT_SEEN', pointsFrom), copied: before.copied };
};

/** DRS can recover a server only once its initial sync is done and while it is connected. */
export const hasRecoveryPoint = ({ state, pointsFrom }: Replication): boolean =>
  !['STOPPED', 'INITIATING', 'INITIAL_SYNC', 'DISCONNECTED'].includes(state) && Number.isFinite(pointsFrom);
