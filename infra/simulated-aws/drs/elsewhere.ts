import { launchedById } from './instances.ts';
import { intoTrouble } from './launch-into.ts';
import { launchTemplatesOf } from './launch-template.ts';
import { fedSince, replicationOf } from './replication.ts';
import { hardwareOf, type SourceServer } from './source-server.ts';
import type { Elsewhere, World } from './world.ts';
import { allServers, serverById } from './world.ts';

const silentSince = (world: World, instanceID: string, after: number): number | undefined => {
  const existing = world.ec2.existing(instanceID);
  const launched = launchedById(world, instanceID);
  if (existing === undefined && launched === undefined) return undefined;
  const byHand = world.ec2.byHand(instanceID);
  const isDown = (launched ?? existing)?.state !== 'RUNNING';
  const times = [
    ...(launched !== undefined && launched.launchedAt > after ? [launched.launchedAt] : []),
    ...(byHand !== undefined && byHand.state !== 'RUNNING' && byHand.at > after ? [byHand.at] : []),
    ...(launched?.terminatedAt === undefined ? [] : [launched.terminatedAt]),
  ];
  if (times.length > 0) return Math.min(...times);
  return isDown ? after : undefined;
};

const replicatesFrom = (world: World, server: SourceServer, instanceID: string, after: number): boolean =>
  hardwareOf(world.setting.place, server).awsInstanceID === instanceID && fedSince(world, server) >= after;

/** What other places may know of this one, as it is when they ask. */
export const viewOf = (worldNow: () => World): Elsewhere => ({
  isInitialized: () => worldNow().state.isInitialized || worldNow().setting.scenario.initialized,
  has: (id) => serverById(worldNow(), id) !== undefined,
  reversedOf: (id) => allServers(worldNow()).find((server) => server.counterpartID === id)?.sourceServerID,
  fedBy(instanceID, after) {
    const world = worldNow();
    const server = allServers(world).find((each) => replicatesFrom(world, each, instanceID, after));
    return server && { server, replication: replicationOf(world, server), since: fedSince(world, server) };
  },
  silentSince: (instanceID, after) => silentSince(worldNow(), instanceID, after),
  filesAt: (instanceID, at) => worldNow().ec2.filesAt(instanceID, at),
  troubleWith(server) {
    const world = worldNow();
    const isLaunchedInto = launchTemplatesOf(world)[0]?.launchIntoSourceInstance === true;
    const { originalInstanceID: id } = server;
    return isLaunchedInto && id !== undefined ? intoTrouble(world, server, id) : undefined;
  },
});
