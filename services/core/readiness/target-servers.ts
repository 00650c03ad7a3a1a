import type { Plan, Target } from '../../../contracts/plan.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { targetOf } from './freeze.ts';
import { askPlaces, distinctPlaces } from './places.ts';

/** The accounts and Regions in which a plan's waves are recovered, each once. */
export const targetsOf = (plan: Plan, home: Target): readonly Target[] =>
  distinctPlaces(plan.waves.map((wave) => targetOf(plan, wave, home)));

/** The source servers of every target; a target that cannot be read at all is a fault beside the others. */
export const readServers = async (recovery: RecoveryService, targets: readonly Target[]) => {
  const { answers, faults } = await askPlaces(targets, (target) => recovery.describeSourceServers(target));
  return { servers: answers, faults };
};
