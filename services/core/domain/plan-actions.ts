import type { Action, ActionSteps } from '../../../contracts/action.ts';
import { homewardPhases, type Plan } from '../../../contracts/plan.ts';

const waveStages = ['before', 'after', 'onFailureActions', 'onCancelActions'] as const;
const planStages = ['onFailureActions', 'onCancelActions', 'beforeCleanUp'] as const;

/** An action of a plan, with its place in the document. */
export interface PlacedAction {
  readonly action: Action;
  /** Its wave's place, or that of a phase of a failback; empty for the plan's own actions. */
  readonly wave: string;
  readonly stage: (typeof waveStages)[number] | (typeof planStages)[number];
  /** Such as `waves[0].after[1][0]`. */
  readonly at: string;
}

const placed = (steps: ActionSteps, wave: string, stage: PlacedAction['stage']): readonly PlacedAction[] =>
  steps.flatMap((step, index): readonly PlacedAction[] => {
    const at = `${wave === '' ? '' : `${wave}.`}${stage}[${index}]`;
    return Array.isArray(step)
      ? step.map((action, inner) => ({ action, wave, stage, at: `${at}[${inner}]` }))
      : [{ action: step, wave, stage, at }];
  });

/** Every action of a plan, those of its waves, of its phases, and its own. */
export const placedActions = (plan: Plan): readonly PlacedAction[] => [
  ...plan.waves.flatMap((wave, index) =>
    waveStages.flatMap((stage) => placed(wave[stage], `waves[${index}]`, stage)),
  ),
  ...homewardPhases.flatMap((phase) =>
    placed(plan.phases?.[phase]?.before ?? [], `phases.${phase}`, 'before'),
  ),
  ...planStages.flatMap((stage) => placed(plan[stage] ?? [], '', stage)),
];
