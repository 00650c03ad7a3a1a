import type { Fault } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { notifyRulesSchema, type NotifyRules } from '../../../contracts/notify-rules.ts';
import { jsonMisreadings } from '../kernel/json-misreadings.ts';

/** The rules in a text, or everything that is wrong with it: a channel that stands there twice would be lost in silence. */
export const judgeRules = (
  text: string,
): { readonly rules: NotifyRules } | { readonly faults: readonly Fault[] } => {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { faults: [{ path: '', message, expected: 'a JSON document' }] };
  }
  const misread = jsonMisreadings(text);
  const parsed = notifyRulesSchema.safeParse(input);
  if (parsed.success && misread.length === 0) return { rules: parsed.data };
  return {
    faults: [...misread, ...(parsed.success ? [] : faultsOf(notifyRulesSchema, input, parsed.error))],
  };
};

/** Rules that cannot be used. It names the places and not what stands there, which may be a secret by mistake. */
export class InvalidRulesError extends Error {
  constructor(faults: readonly Fault[]) {
    const places = [...new Set(faults.map(({ path }) => (path === '' ? 'the document' : path)))];
    super(`the rules cannot be used: ${places.slice(0, 10).join(', ')}; see: groundswell notices check`);
    this.name = 'InvalidRulesError';
  }
}

/** The rules in a text; throws an InvalidRulesError for what is none. */
export const readRules = (text: string): NotifyRules => {
  const judged = judgeRules(text);
  if ('faults' in judged) throw new InvalidRulesError(judged.faults);
  return judged.rules;
};
