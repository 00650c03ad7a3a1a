import { hexFrom } from '../identifiers.ts';
import type { DrsError } from './errors.ts';
import { accessDeniedError, conflictError, validationError } from './errors.ts';
import { isFeeding } from './failback.ts';
import type { Ec2Instance } from './instances.ts';
import type { Place, SourceServer } from './source-server.ts';
import { hardwareOf } from './source-server.ts';
import type { World } from './world.ts';

/** What a reversal needs: the instance that is to replicate back, its source server here, and where that came from. */
export interface Reversal {
  readonly instance: Ec2Instance;
  readonly server: SourceServer;
  readonly origin: Place;
}

const invalid = (message: string): DrsError => validationError([{ name: 'recoveryInstanceID', message }]);

/** Why the agent of an instance cannot be told where to replicate to; it may be able to a little later. */
const agentTrouble = (world: World, { instance }: Reversal): string | undefined => {
  const { agentSeconds, instanceProfile } = world.setting.scenario.failback;
  if (instance.state !== 'RUNNING') return `is ${instance.state}`;
  const isAgentUp =
    world.now >= instance.launchedAt + agentSeconds * 1000 &&
    (instanceProfile === 'NOT_NEEDED' || instance.instanceProfile !== undefined);
  return isAgentUp ? undefined : 'has an agent that is still initializing';
};

/** The source server that is there already and is turned round once more, if any. */
export const turnedRound = (world: World, { server, origin }: Reversal): string | undefined => {
  const { counterpartID } = server;
  return counterpartID !== undefined && world.elsewhere(origin)?.has(counterpartID) === true
    ? counterpartID
    : undefined;
};

const conflictOf = (world: World, reversal: Reversal): string | undefined => {
  const { instance, server, origin } = reversal;
  const { ofDrills, earlierReversed } = world.setting.scenario.failback;
  if (instance.isDrill && ofDrills === 'REFUSED') return 'was launched by a drill';
  if (isFeeding(world, instance)) return 'is reversed already';
  const trouble = agentTrouble(world, reversal);
  if (trouble !== undefined) return trouble;
  const earlier = world.elsewhere(origin)?.reversedOf(server.sourceServerID);
  const isInTheWay = earlierReversed === 'CONFLICT' && turnedRound(world, reversal) === undefined;
  return isInTheWay && earlier !== undefined ? `was reversed before, to ${earlier}` : undefined;
};

/** Why the replication of an instance is not reversed. Only AWS's names of these errors are documented. */
export const reversalRefusal = (
  world: World,
  reversal: Reversal,
  reversed: SourceServer,
): DrsError | undefined => {
  const { instance, origin } = reversal;
  const { instanceID: id } = instance;
  const there = world.elsewhere(origin);
  if (world.lacksPermissions === true || world.setting.scenario.callerPermissions === 'MISSING')
    return accessDeniedError('ReverseReplication');
  const conflict = conflictOf(world, reversal);
  if (conflict !== undefined)
    return conflictError(`Recovery instance ${id} ${conflict}`, id, 'RECOVERY_INSTANCE');
  if (there?.isInitialized() === false)
    return invalid(`${id} comes from ${origin.account} in ${origin.region}, where DRS is not initialized`);
  const trouble = turnedRound(world, reversal) === undefined ? there?.troubleWith(reversed) : undefined;
  return trouble === undefined
    ? undefined
    : invalid(`Instance ${reversed.originalInstanceID} of ${id} ${trouble}`);
};

/** The source server that an instance becomes in its place of origin: configured as the account there has it. */
export const reversedServer = (world: World, reversal: Reversal): SourceServer => {
  const { instance, server } = reversal;
  const { launchIntoInstance: _ofTheOtherDirection, stagingAccountID: _ofThisAccount, ...rest } = server;
  const { place } = world.setting;
  const { awsInstanceID: originalInstanceID } = hardwareOf(place, server);
  return {
    ...rest,
    name: `${server.name}-reversed`,
    sourceServerID: turnedRound(world, reversal) ?? `s-${hexFrom(world.random, 17)}`,
    counterpartID: server.sourceServerID,
    replication: { state: 'CONTINUOUS', lagDuration: 'P0D', stalls: [] },
    snapshots: undefined,
    postLaunchActions: [],
    copyPrivateIp: false,
    addedAt: world.now,
    replicationDirection: server.replicationDirection === 'FAILOVER' ? 'FAILBACK' : 'FAILOVER',
    awsInstanceID: instance.instanceID,
    vmWareUuid: undefined,
    ...(originalInstanceID !== undefined && { originalInstanceID }),
    origin: { ...place, availabilityZone: instance.availabilityZone },
  };
};
