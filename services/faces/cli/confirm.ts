import type { Console } from './console.ts';

export interface Confirmed {
  /** The plan's name, as it was typed. */
  readonly confirm?: string;
  readonly reason?: string;
}

/**
 * A reason, and the name of the plan typed once more, for what cannot be undone: as options, or asked for on a terminal.
 * Gives the reason, or warns what is missing and gives nothing.
 */
export const confirmed = async (
  what: string,
  planId: string,
  { confirm, reason = '' }: Confirmed,
  { ask, warn }: Console,
): Promise<string | undefined> => {
  const why =
    reason.trim() !== '' || ask === undefined ? reason : await ask(`Why? ${what}, for the record: `);
  const name = confirm ?? (await ask?.(`${what}. To confirm, type the name of the plan (${planId}): `));
  const missing = [
    ...(why.trim() === '' ? ['a reason: --reason "…"'] : []),
    ...(name === undefined ? [`the name of its plan: --confirm ${planId}`] : []),
  ];
  if (missing.length > 0) warn(`${what} needs ${missing.join(', and ')}`);
  else if (name?.trim() !== planId) warn(`${name} is not the name of the plan, which is ${planId}.`);
  else return why;
  return undefined;
};
