import type { DrsError } from './errors.ts';
import { conflictError } from './errors.ts';
import { launchedById } from './instances.ts';
import type { SourceServer } from './source-server.ts';
import type { ExistingInstance, World } from './world.ts';
import { serverById } from './world.ts';

/** The instance that exists and that the launches of a server go into, by its launch configuration. */
export const intoOf = (world: World, sourceServerID: string): string | undefined => {
  const { launchIntoInstanceProperties } = world.state.launchConfigurations[sourceServerID] ?? {};
  const id =
    launchIntoInstanceProperties === undefined
      ? serverById(world, sourceServerID)?.launchIntoInstance
      : launchIntoInstanceProperties.launchIntoEC2InstanceID;
  return id === '' ? undefined : id;
};

type Trouble = readonly [boolean, string];

/** The state of a machine now: of one that was launched into before, that of the recovery instance which it is. */
const stateOf = (world: World, id: string, existing: ExistingInstance): string =>
  launchedById(world, id)?.state ?? existing.state;

const troublesOf = (machine: ExistingInstance, server: SourceServer): readonly Trouble[] => {
  const platform = /windows/i.test(server.os) ? 'windows' : 'linux';
  return [
    [machine.tags['AWSDRS'] !== 'AllowLaunchingIntoThisInstance', 'is not tagged for launching into it'],
    [machine.platform !== platform, `is of the platform ${machine.platform}`],
    [machine.architecture !== 'x86_64', `is of the architecture ${machine.architecture}`],
    [machine.virtualizationType !== 'hvm', `has the virtualization ${machine.virtualizationType}`],
    [machine.rootDeviceType !== 'ebs', `has a root device of ${machine.rootDeviceType}`],
    [platform === 'linux' && machine.bootMode !== 'legacy-bios', `boots by ${machine.bootMode}`],
  ];
};

const firstOf = (troubles: readonly Trouble[]): string | undefined =>
  troubles.find(([isTrouble]) => isTrouble)?.[1];

/** Why no launch of a server may ever go into a machine, running or not. */
export const intoTrouble = (world: World, server: SourceServer, id: string): string | undefined => {
  const machine = world.ec2.existing(id);
  return machine === undefined ? 'does not exist' : firstOf(troublesOf(machine, server));
};

const troubleWith = (world: World, server: SourceServer, id: string): string | undefined => {
  const machine = world.ec2.existing(id);
  if (machine === undefined) return 'does not exist';
  const configuration = world.state.launchConfigurations[server.sourceServerID];
  return firstOf([
    [stateOf(world, id, machine) !== 'STOPPED', 'is not stopped'],
    ...troublesOf(machine, server),
    [configuration?.copyPrivateIp ?? server.copyPrivateIp, 'cannot take over the private IP'],
    [configuration?.copyTags ?? server.copyTags, 'cannot take over the tags of the server'],
  ]);
};

/** DRS swaps the volumes only of a machine that fits: else it refuses the whole call. */
export const intoRefusal = (world: World, servers: readonly SourceServer[]): DrsError | undefined => {
  const targets = servers.flatMap((server) => {
    const id = intoOf(world, server.sourceServerID);
    return id === undefined ? [] : [{ server, id }];
  });
  for (const [at, { server, id }] of targets.entries()) {
    const isShared = targets.findIndex((other) => other.id === id) < at;
    const trouble = isShared ? 'is launched into by another server' : troubleWith(world, server, id);
    if (trouble !== undefined)
      return conflictError(`Instance ${id} ${trouble}`, server.sourceServerID, 'SOURCE_SERVER');
  }
  return undefined;
};
