import type { Action } from '../../../contracts/action.ts';
import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { homewardPhases, type Plan } from '../../../contracts/plan.ts';
import { gateIdOf } from '../domain/failback/homeward-waves.ts';
import type { Closing } from '../domain/graph.ts';
import { placedActions, type PlacedAction } from '../domain/plan-actions.ts';

/** An action of a plan with the wave in which it will run. */
export interface FrozenAction {
  readonly action: Action;
  readonly wave: FrozenWave;
  /** Its place in the plan. */
  readonly at: string;
}

const waveOf = (
  { wave, stage }: PlacedAction,
  plan: Plan,
  waves: readonly FrozenWave[],
  closing: Closing,
): FrozenWave | undefined => {
  if (wave === '') {
    if (stage === 'beforeCleanUp') return closing.beforeCleanUp;
    return stage === 'onCancelActions' ? closing.onCancel : closing.onFailure;
  }
  const phase = homewardPhases.find((each) => wave === `phases.${each}`);
  const index = plan.waves.findIndex((_, nth) => `waves[${nth}]` === wave);
  const waveId = phase === undefined ? plan.waves[index]?.waveId : gateIdOf(phase);
  return waves.find((each) => each.waveId === waveId);
};

/** The actions that a plan has in this mode, each where it stands once the plan is frozen. */
export const frozenActions = (
  plan: Plan,
  { waves, closing }: { readonly waves: readonly FrozenWave[]; readonly closing: Closing },
  mode: Mode,
): readonly FrozenAction[] =>
  placedActions(plan).flatMap((placed): FrozenAction[] => {
    const { action, at } = placed;
    const wave = waveOf(placed, plan, waves, closing);
    return wave === undefined || (action.when !== 'BOTH' && action.when !== mode)
      ? []
      : [{ action, wave, at }];
  });
