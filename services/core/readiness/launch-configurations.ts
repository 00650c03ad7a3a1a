import type { Target } from '../../../contracts/plan.ts';
import type { LaunchInto } from '../domain/launch-into.ts';
import type { LaunchConfiguration, RecoveryService } from '../ports/recovery-service.ts';
import { inParallel } from './in-parallel.ts';
import { isLasting } from './lasting-error.ts';

const atOnce = 20;

export type LaunchConfigurations = ReadonlyMap<string, LaunchConfiguration | undefined>;

/** The launch configuration of each server; undefined where it has none. */
export const readLaunchConfigurations = async (
  recovery: RecoveryService,
  target: Target,
  ids: readonly string[],
): Promise<LaunchConfigurations> =>
  new Map(
    await inParallel(
      ids,
      atOnce,
      async (id) => [id, await recovery.describeLaunchConfiguration(target, id)] as const,
    ),
  );

/** EC2 that may not be asked does not hide that a launch goes into a machine: then the machine counts as unknown. */
const machinesOf = async (recovery: RecoveryService, target: Target, ids: readonly string[]) => {
  try {
    return await recovery.describeMachines(target, ids);
  } catch (error) {
    if (isLasting(error)) return [];
    throw error;
  }
};

/**
 * The instances that exist and that launches of these servers go into. `others` are the servers of the same place
 * that may share one of them; they are asked for only where there is such an instance.
 */
export const readLaunchInto = async (
  recovery: RecoveryService,
  target: Target,
  own: LaunchConfigurations,
  others: readonly string[] = [],
): Promise<ReadonlyMap<string, LaunchInto>> => {
  const entering = [...own].flatMap(([id, configuration]) =>
    configuration?.intoInstanceId === undefined
      ? []
      : [{ ...configuration, id, intoInstanceId: configuration.intoInstanceId }],
  );
  if (entering.length === 0) return new Map();
  const unknown = others.filter((id) => !own.has(id));
  const all = new Map([...own, ...(await readLaunchConfigurations(recovery, target, unknown))]);
  const ids = [...new Set(entering.map(({ intoInstanceId }) => intoInstanceId))];
  const machines = new Map(
    (await machinesOf(recovery, target, ids)).map((machine) => [machine.instanceId, machine]),
  );
  return new Map(
    entering.map(({ id, intoInstanceId, copiesPrivateAddress, copiesTags }) => [
      id,
      {
        instanceId: intoInstanceId,
        machine: machines.get(intoInstanceId),
        ...{ copiesPrivateAddress, copiesTags },
        sharedWith: [...all].flatMap(([other, configuration]) =>
          other !== id && configuration?.intoInstanceId === intoInstanceId ? [other] : [],
        ),
      },
    ]),
  );
};
