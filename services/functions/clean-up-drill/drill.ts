import { holdForCleanUp } from '../../core/streams/leases.ts';
import type { CleaningUp } from './clean-up.ts';
import type { CleanUpState } from '../../core/domain/clean-up/state.ts';
import { sightingsIn, type Sighting } from '../../core/domain/clean-up/sightings.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { Launched } from '../../core/streams/launched.ts';

/** Every instance of these servers as DRS and EC2 show it now, those of `also` even where no tag names a server. */
export const lookAt = async (
  recovery: RecoveryService,
  launched: Launched,
  state: Pick<CleanUpState, 'kept' | 'keptBy'>,
  servers: readonly string[] = [...launched.servers],
  also: readonly string[] = [],
): Promise<readonly Sighting[]> => {
  const { target, jobIds, existedBefore } = launched;
  const { account, region } = target;
  const recorded = await recovery.describeRecoveryInstances(target, servers);
  const tagged = await recovery.describeMachinesOf(target, servers);
  const shown = new Set(tagged.map(({ instanceId }) => instanceId));
  const others = [...new Set([...recorded.map(({ instanceId }) => instanceId), ...also])].filter(
    (id) => !shown.has(id),
  );
  const machines = [
    ...tagged,
    ...(others.length === 0 ? [] : await recovery.describeMachines(target, others)),
  ];
  return sightingsIn({
    ...{ account, region, jobIds, existedBefore, recorded, machines },
    servers: new Set(servers),
    kept: state.kept,
    ...(state.keptBy !== undefined && { keptBy: state.keptBy }),
  });
};

/** The same of every place of the drill. */
export const lookAtAll = async (
  { ports: { recovery } }: CleaningUp,
  places: readonly Launched[],
  state: CleanUpState,
): Promise<readonly Sighting[]> => {
  const sightings: Sighting[] = [];
  for (const launched of places) {
    const { account, region } = launched.target;
    const claimed = state.jobs
      .filter((job) => job.account === account && job.region === region)
      .flatMap(({ instances }) => instances.map(({ instanceId }) => instanceId));
    const ids = [...claimed, ...launched.instanceIds];
    sightings.push(...(await lookAt(recovery, launched, state, [...launched.servers], ids)));
  }
  return sightings;
};

/** Nobody else drills these servers from now on, until the clean-up is over. Gives those that another execution holds, with which. */
export const holdServers = async (
  { ports, executionId }: CleaningUp,
  places: readonly Launched[],
): Promise<ReadonlyMap<string, string>> => {
  const others = new Map<string, string>();
  for (const { target, servers } of places)
    for (const [server, holder] of await holdForCleanUp(ports.store, executionId, target, [...servers]))
      others.set(server, holder);
  return others;
};
