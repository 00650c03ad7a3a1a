import type * as z from 'zod';
import type { actionSchema } from '../../../../contracts/action.ts';
import type { planWaveSchema, Target } from '../../../../contracts/plan.ts';

type ActionInput = z.input<typeof actionSchema>;
type Without<T, Name extends string> = T extends unknown ? Omit<T, Name> : never;

/** An action as it will stand in a plan, without its id, which follows from its name. */
export interface ActionDraft {
  /** Where it stands in the foreign file. */
  readonly from: string;
  readonly name: string;
  readonly action: Without<ActionInput, 'actionId'>;
}

export interface ServerDraft {
  readonly from: string;
  readonly sourceServerId: string;
  readonly critical?: boolean;
}

export type ServersDraft =
  | { readonly from: string; readonly ids: readonly ServerDraft[] }
  | { readonly from: string; readonly tags: Readonly<Record<string, string>>; readonly minimum: number };

/** One action, or some that run side by side. */
export type StepDraft = ActionDraft | readonly ActionDraft[];

export interface WaveDraft {
  /** What dependencies call it; unique in the plan. */
  readonly key: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly from: string;
  readonly dependsOn: readonly string[];
  /** Undefined: where Groundswell is deployed. */
  readonly target?: Target | undefined;
  readonly servers: ServersDraft;
  readonly success?: z.input<typeof planWaveSchema>['success'];
  readonly timeoutMinutes?: number | undefined;
  readonly pauseBefore?: boolean | undefined;
  readonly before: readonly StepDraft[];
  readonly after: readonly StepDraft[];
}

export interface PlanDraft {
  readonly name: string;
  readonly description?: string | undefined;
  readonly from: string;
  readonly rtoMinutes?: number | undefined;
  readonly rpoMinutes?: number | undefined;
  readonly waves: readonly WaveDraft[];
}

/** Waves in a row: each waits for the one before it. */
export const inARow = (waves: readonly WaveDraft[]): readonly WaveDraft[] =>
  waves.map((wave, index) => {
    const before = waves[index - 1];
    return { ...wave, dependsOn: before === undefined ? [] : [before.key] };
  });
