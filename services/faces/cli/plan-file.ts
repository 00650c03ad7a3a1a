import { type Plan, planSchema } from '../../../contracts/plan.ts';
import { documentFaultsOf } from '../../core/domain/judge-plan.ts';
import { parseText } from './document-file.ts';
import { InputError } from './input-error.ts';
import { type FileFault, readText } from './text-file.ts';

/** Everything that is wrong with the text of a plan, or the plan. */
export const checkPlanText = (
  text: string,
): { readonly plan: Plan } | { readonly faults: readonly FileFault[] } => {
  const parsed = parseText(text, planSchema, documentFaultsOf);
  return parsed.status === 'faulty' ? { faults: parsed.faults } : { plan: parsed.value };
};

/** The plan in a file; throws an InputError with all of its faults. */
export const readPlanFile = (file: string): Plan => {
  const read = readText(file);
  const checked = 'fault' in read ? { faults: [read.fault] } : checkPlanText(read.text);
  if ('faults' in checked) throw new InputError(`Invalid plan`, file, checked.faults);
  return checked.plan;
};
