import { type AccessRules, accessRulesSchema } from '../../../contracts/access.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import { judgeJson } from './judge-json.ts';

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
  const judged = judgeJson(accessRulesSchema, text);
  if ('faults' in judged) throw new InvalidAccessRulesError(judged.faults);
  return judged.data;
};
