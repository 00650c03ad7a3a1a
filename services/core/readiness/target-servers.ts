import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { targetOf } from './freeze.ts';
import { allSettled } from './in-parallel.ts';
import { unreadable } from './lasting-error.ts';
import { targetKey } from './target-facts.ts';

/** The accounts and Regions in which a plan's waves are recovered, each once. */
export const targetsOf = (plan: Plan, home: Target): readonly Target[] => [
  ...new Map(
    plan.waves.map((wave) => targetOf(plan, wave, home)).map((target) => [targetKey(target), target]),
  ).values(),
];

/** The source servers of every target; a target that cannot be read at all is a fault beside the others. */
export const readServers = async (recovery: RecoveryService, targets: readonly Target[]) => {
  const servers = new Map<string, readonly SourceServer[]>();
  const faults: Fault[] = [];
  await allSettled(
    targets.map(async (target) => {
      try {
        servers.set(targetKey(target), await recovery.describeSourceServers(target));
      } catch (error) {
        faults.push(unreadable(target, error));
      }
    }),
  );
  return { servers, faults };
};
