import type { DrsEvent } from './hints.ts';
import { eventOf, stableId } from './hints.ts';
import type { Job } from './job.ts';
import { replicationOf } from './replication.ts';
import { protectedAt, protectionOf, sourceNetworkById } from './source-network.ts';
import type { SourceServer } from './source-server.ts';
import type { DrsRecord, SourceNetwork } from './state.ts';
import type { World } from './world.ts';
import { allServers, arnOf, serverById } from './world.ts';

/** An event and when it is due, epoch ms. */
export interface DueHint {
  readonly at: number;
  readonly event: DrsEvent;
  /** Whether it is true when it is due, whatever was done meanwhile; if absent, it is. */
  readonly holds?: (world: World) => boolean;
}

/** All the events that a job will send. */
export const hintsOfJob = ({ setting }: World, job: Job): readonly DueHint[] =>
  job.hints.map(({ atMs, sentMs, ...hint }) => ({
    at: job.createdAt + atMs,
    event: eventOf(setting.place, hint, job.createdAt + sentMs),
  }));

const stalledEvent = (world: World, id: string, at: number, state: string): DrsEvent => {
  const resource = arnOf(world, 'source-server', id);
  const hint = {
    id: stableId(`${resource}/${at}/${state}`),
    detailType: 'DRS Source Server Data Replication Stalled Change',
    resource,
    detail: { state },
  };
  return eventOf(world.setting.place, hint, at);
};

const isStalledAt = (world: World, sourceServerID: string, now: number): boolean => {
  const server = serverById(world, sourceServerID);
  return server !== undefined && replicationOf({ ...world, now }, server).state === 'STALLED';
};

const stallHint = (
  world: World,
  { sourceServerID: id }: SourceServer,
  seconds: number,
  state: 'STALLED' | 'NOT_STALLED',
): DueHint => {
  const at = world.state.openedAt + seconds * 1000;
  const stalledAt = state === 'STALLED' ? at : at - 1;
  return {
    at,
    event: stalledEvent(world, id, at, state),
    holds: (then) => isStalledAt(then, id, stalledAt),
  };
};

/** The events of all the stalls of replication that the scenario holds. */
export const hintsOfStalls = (world: World): readonly DueHint[] =>
  allServers(world).flatMap((server) =>
    server.replication.stalls.flatMap(({ fromSeconds, untilSeconds }) => [
      stallHint(world, server, fromSeconds, 'STALLED'),
      ...(untilSeconds === undefined ? [] : [stallHint(world, server, untilSeconds, 'NOT_STALLED')]),
    ]),
  );

const isSame = (
  one: SourceNetwork['replication'] | undefined,
  other: SourceNetwork['replication'],
): boolean => one?.kind === other.kind && one.at === other.at;

/** A network tells when it is protected, when that fails, and when it is so no more. */
export const hintsOfNetwork = (world: World, network: SourceNetwork): readonly DueHint[] => {
  const { sourceNetworkID: id, replication } = network;
  const isStarted = replication.kind === 'STARTED';
  const at = isStarted ? protectedAt(world, network) : replication.at;
  const resource = arnOf(world, 'source-network', id);
  const state = protectionOf({ ...world, now: at }, network);
  const hint = {
    id: stableId(`${resource}/${at}/${state}`),
    detailType: 'DRS Source Network Protection Status Change',
    resource,
    detail: { state },
  };
  const holds = (then: World): boolean => isSame(sourceNetworkById(then, id)?.replication, replication);
  return [{ at, event: eventOf(world.setting.place, hint, at), holds }];
};

const wasRetried = (before: World, record: DrsRecord): record is DrsRecord & { sourceServerID: string } =>
  record.kind === 'SourceServerChanged' &&
  record.change.replication?.kind === 'RETRIED' &&
  isStalledAt(before, record.sourceServerID, before.now);

const wasAskedFor = (before: World, { sourceNetworkID: id, replication }: SourceNetwork): boolean => {
  const earlier = sourceNetworkById(before, id);
  return earlier !== undefined && !isSame(earlier.replication, replication);
};

/** The events to which a record leads; `before` is the world without it. */
export const hintsOfRecord = (before: World, record: DrsRecord): readonly DueHint[] => {
  if (record.kind === 'JobStarted') return hintsOfJob(before, record.job);
  if (record.kind === 'SourceNetworkSaved')
    return wasAskedFor(before, record.network) ? hintsOfNetwork(before, record.network) : [];
  if (!wasRetried(before, record)) return [];
  return [{ at: before.now, event: stalledEvent(before, record.sourceServerID, before.now, 'NOT_STALLED') }];
};
