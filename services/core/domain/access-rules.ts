import { type AccessRules, accessRulesSchema } from '../../../contracts/access.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { jsonMisreadings } from '../kernel/json-misreadings.ts';

/** The access rules in a text, or everything that is wrong with it: a name that stands there twice would be lost in silence. */
export const judgeAccessRules = (
  text: string,
): { readonly rules: AccessRules } | { readonly faults: readonly Fault[] } => {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { faults: [{ path: '', message, expected: 'a JSON document' }] };
  }
  const misread = jsonMisreadings(text);
  const parsed = accessRulesSchema.safeParse(input);
  if (parsed.success && misread.length === 0) return { rules: parsed.data };
  return {
    faults: [...misread, ...(parsed.success ? [] : faultsOf(accessRulesSchema, input, parsed.error))],
  };
};

/** Access rules that cannot be used: nobody may do anything by them. */
export class InvalidAccessRulesError extends Error {
  constructor(faults: readonly Fault[]) {
    const places = faults.map(({ path, message }) => `${path === '' ? 'the document' : path}: ${message}`);
    super(`The access rules cannot be used: ${places.slice(0, 10).join('; ')}.`);
    this.name = 'InvalidAccessRulesError';
  }
}

/** The rules in a text; throws an InvalidAccessRulesError for what is none. */
export const readAccessRules = (text: string): AccessRules => {
  const judged = judgeAccessRules(text);
  if ('faults' in judged) throw new InvalidAccessRulesError(judged.faults);
  return judged.rules;
};
