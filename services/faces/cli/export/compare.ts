import type { NativePlan } from './native-plan.ts';
import * as z from 'zod';

const answerSchema = z.object({
  recoveryPlan: z.object({ description: z.string().default('') }),
  recoveryPlanSteps: z.array(
    z.object({ stepOrder: z.number(), stepName: z.string(), configuration: z.unknown() }),
  ),
});

/** How a plan in DRS stands to the one that is wanted: the same, its beginning, or another. */
export type Standing =
  | { readonly kind: 'in step' }
  | { readonly kind: 'begun'; readonly stepsThere: number }
  | { readonly kind: 'differs'; readonly differences: readonly string[] };

const contentOf = (configuration: unknown): string => {
  const { serverStepConfiguration: servers, waitStepConfiguration: wait } = configuration as Partial<
    Record<'serverStepConfiguration' | 'waitStepConfiguration', Record<string, unknown>>
  >;
  if (wait !== undefined) return `waits ${String(wait['waitDurationMinutes'])} min`;
  const listed = (servers?.['servers'] ?? []) as readonly { serverArn: string; impactLevel?: string }[];
  return listed
    .map(
      ({ serverArn, impactLevel = 'CRITICAL' }) =>
        `${serverArn.split('/').at(-1) ?? ''}${impactLevel === 'OPTIONAL' ? ' (optional)' : ''}`,
    )
    .toSorted()
    .join(', ');
};

const stepText = ({
  stepName,
  configuration,
}: {
  readonly stepName: string;
  readonly configuration: unknown;
}): string => `${stepName}: ${contentOf(configuration)}`;

/** Compares what DRS answers about a plan with the plan that is wanted, step by step. */
export const standingOf = (native: NativePlan, answer: unknown): Standing => {
  const { recoveryPlan, recoveryPlanSteps } = answerSchema.parse(answer);
  const there = recoveryPlanSteps.toSorted((a, b) => a.stepOrder - b.stepOrder).map(stepText);
  const wanted = native.steps.map(stepText);
  const length = Math.max(there.length, wanted.length);
  const steps = Array.from({ length }, (_, index) => index).filter((index) => there[index] !== wanted[index]);
  const differences = [
    ...(recoveryPlan.description === native.description
      ? []
      : [
          `description: ${JSON.stringify(recoveryPlan.description)} in DRS, ${JSON.stringify(native.description)} here`,
        ]),
    ...steps.map(
      (index) => `step ${index + 1}: ${there[index] ?? 'nothing'} in DRS, ${wanted[index] ?? 'nothing'} here`,
    ),
  ];
  if (differences.length === 0) return { kind: 'in step' };
  const isBeginning = differences.length === steps.length && steps.every((index) => index >= there.length);
  return isBeginning ? { kind: 'begun', stepsThere: there.length } : { kind: 'differs', differences };
};

export const stepLines = (native: NativePlan): readonly string[] =>
  native.steps.map((step, index) => `  ${index + 1}  ${stepText(step)}`);
