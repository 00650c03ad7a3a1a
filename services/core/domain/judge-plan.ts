import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { planSchema } from '../../../contracts/plan.ts';
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
