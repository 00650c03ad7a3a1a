import type { Fault } from '../../contracts/execution-events.ts';
import { faultsOf } from '../../contracts/faults.ts';
import { planSchema, type Plan } from '../../contracts/plan.ts';
import { planFaults } from './plan-faults.ts';
import { readablePlan } from './readable-plan.ts';

/**
 * Everything that is wrong with a plan's document, at once: what its schema says, and what holds of its waves as
 * far as they can be read. An unknown field hides neither a cycle nor a wave that is not there.
 */
export const documentFaultsOf = (input: unknown): readonly Fault[] => {
  const parsed = planSchema.safeParse(input);
  if (parsed.success) return planFaults(parsed.data);
  const faults = faultsOf(planSchema, input, parsed.error);
  const readable = readablePlan(input);
  const places = new Set(faults.map(({ path }) => path));
  const further = readable === undefined ? [] : planFaults(readable);
  return [...faults, ...further.filter(({ path }) => !places.has(path))];
};

/** A document as the plan that it is, or everything that is wrong with it. */
export const judgePlan = (
  input: unknown,
): { readonly plan: Plan } | { readonly faults: readonly Fault[] } => {
  const faults = documentFaultsOf(input);
  return faults.length === 0 ? { plan: planSchema.parse(input) } : { faults };
};
