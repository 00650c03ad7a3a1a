import type { Fault } from '../../../contracts/execution-events.ts';
import { notifyRulesSchema, type NotifyRules } from '../../../contracts/notify-rules.ts';
import { judgeJson } from './judge-json.ts';

/** The rules in a text, or everything that is wrong with it. */
export const judgeRules = (text: string) => judgeJson(notifyRulesSchema, text);

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
  return judged.data;
};
