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
