export type ImpactLevel = 'CRITICAL' | 'OPTIONAL';

export type StepConfiguration =
  | {
      readonly serverStepConfiguration: {
        readonly servers: readonly { readonly serverArn: string; readonly impactLevel: ImpactLevel }[];
      };
    }
  | { readonly waitStepConfiguration: { readonly waitDurationMinutes: number } };

/** A step of one of DRS's own recovery plans. Times are epoch ms. */
export interface RecoveryPlanStep {
  readonly stepID: string;
  readonly stepName: string;
  readonly configuration: StepConfiguration;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly clientToken?: string | undefined;
}

/** One of DRS's own recovery plans; its steps stand in their order. Times are epoch ms. */
export interface RecoveryPlan {
  readonly planID: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly clientToken?: string | undefined;
  readonly steps: readonly RecoveryPlanStep[];
}

export const serverArnsOf = (configuration: StepConfiguration): readonly string[] =>
  'serverStepConfiguration' in configuration
    ? configuration.serverStepConfiguration.servers.map(({ serverArn }) => serverArn)
    : [];

export const isWait = (step: Pick<RecoveryPlanStep, 'configuration'>): boolean =>
  'waitStepConfiguration' in step.configuration;
