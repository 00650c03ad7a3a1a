import type { Target } from '../../../contracts/plan.ts';

/** A step of one of DRS's own recovery plans, as its API has it. DRS: RecoveryPlanStepConfiguration. */
export type NativeConfiguration =
  | {
      readonly serverStepConfiguration: {
        readonly servers: readonly {
          readonly serverArn: string;
          readonly impactLevel: 'CRITICAL' | 'OPTIONAL';
        }[];
      };
    }
  | { readonly waitStepConfiguration: { readonly waitDurationMinutes: number } };

export interface NativePlanHead {
  readonly recoveryPlanArn: string;
  readonly name: string;
}

/** What DRS answers about a plan: GetRecoveryPlan's `recoveryPlan`, and ListRecoveryPlanSteps' `recoveryPlanSteps`. */
export interface NativePlanAnswer {
  readonly recoveryPlan: unknown;
  readonly recoveryPlanSteps: readonly unknown[];
}

/**
 * DRS's own recovery plans in one account and Region. What creates takes a token of at most 64 characters: a repeat
 * under the same token is answered with what the first one made. Errors have AWS's names.
 */
export interface NativePlans {
  list: (target: Target) => Promise<readonly NativePlanHead[]>;
  read: (target: Target, recoveryPlanArn: string) => Promise<NativePlanAnswer>;
  create: (
    target: Target,
    plan: { readonly name: string; readonly description: string; readonly clientToken: string },
  ) => Promise<NativePlanHead>;
  /** Behind the steps that are there. */
  append: (
    target: Target,
    step: {
      readonly recoveryPlanArn: string;
      readonly stepName: string;
      readonly configuration: NativeConfiguration;
      readonly clientToken: string;
    },
  ) => Promise<void>;
}
