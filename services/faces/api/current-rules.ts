import type { AccessRules } from '../../../contracts/access.ts';
import { readAccessRules } from '../../core/domain/access-rules.ts';

export interface CurrentRulesOptions {
  /** The text of the rules as it is now. */
  readonly read: () => Promise<string>;
  readonly now: () => number;
  readonly onFailure: (error: unknown) => void;
  /** How long a text is taken for the present one, in ms. */
  readonly keptMs?: number;
}

/**
 * The deployment's access rules. A disaster may take away where they are kept: then those that were read last go on,
 * and without any nobody is let in. What was read and is not valid lets nobody in either.
 */
export const createCurrentRules = ({
  read,
  now,
  onFailure,
  keptMs = 30_000,
}: CurrentRulesOptions): (() => Promise<AccessRules>) => {
  let kept: { readonly text: string; readonly rules: AccessRules; until: number } | undefined;
  return async () => {
    if (kept !== undefined && kept.until > now()) return kept.rules;
    let text: string;
    try {
      text = await read();
    } catch (error) {
      if (kept === undefined) throw error;
      onFailure(error);
      kept.until = now() + keptMs;
      return kept.rules;
    }
    kept = { text, rules: kept?.text === text ? kept.rules : readAccessRules(text), until: now() + keptMs };
    return kept.rules;
  };
};
