import type { RecoveryPlan } from './recovery-plan.ts';
import type { World } from './world.ts';

export const recoveryPlansOf = ({ state }: World): readonly RecoveryPlan[] =>
  Object.values(state.recoveryPlans ?? {}).filter((plan) => plan !== null);

export const recoveryPlanById = (world: World, planID: string): RecoveryPlan | undefined =>
  recoveryPlansOf(world).find((plan) => plan.planID === planID);
