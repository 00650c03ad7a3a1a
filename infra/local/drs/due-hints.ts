import { createHash } from 'node:crypto';
import type { DrsEvent } from './hints.ts';
import { eventOf } from './hints.ts';
import type { Job } from './job.ts';
import type { SourceServer } from './source-server.ts';
import type { World } from './world.ts';
import { allServers, arnOf } from './world.ts';

/** An event and when it is due, epoch ms. */
export interface DueHint {
  readonly at: number;
  readonly event: DrsEvent;
}

/** All the events that a job will send. */
export const hintsOfJob = ({ setting }: World, job: Job): readonly DueHint[] =>
  job.hints.map(({ atMs, sentMs, ...hint }) => ({
    at: job.createdAt + atMs,
    event: eventOf(setting.place, hint, job.createdAt + sentMs),
  }));

const stableId = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};

const stallHint = (world: World, server: SourceServer, seconds: number, state: string): DueHint => {
  const resource = arnOf(world, 'source-server', server.sourceServerID);
  const detailType = 'DRS Source Server Data Replication Stalled Change';
  const at = world.state.openedAt + seconds * 1000;
  const id = stableId(`${resource}/${at}/${state}`);
  return { at, event: eventOf(world.setting.place, { id, detailType, resource, detail: { state } }, at) };
};

/** The events of all the stalls of replication that the scenario holds. */
export const hintsOfStalls = (world: World): readonly DueHint[] =>
  allServers(world).flatMap((server) =>
    server.replication.stalls.flatMap(({ fromSeconds, untilSeconds }) => [
      stallHint(world, server, fromSeconds, 'STALLED'),
      ...(untilSeconds === undefined ? [] : [stallHint(world, server, untilSeconds, 'NOT_STALLED')]),
    ]),
  );
