import type { Recorded } from '../../../contracts/envelope.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { DiscrepancyKind } from '../../../services/core/domain/audit/discrepancy.ts';
import { verify } from '../../../services/core/domain/audit/verify.ts';
import { readStreams } from '../../../services/core/streams/audit-trail.ts';
import type { Drawn } from './draw.ts';
import type { FailbackWorld } from './world.ts';

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.toSorted().join(' ') === b.toSorted().join(' ');

/**
 * S49: everything that may go wrong has healed, and what the product brings about from now on, it brings to an end.
 * `ended`: how the last failback did, where nobody else had its servers since.
 */
export const checkRest = (
  world: FailbackWorld,
  drawn: Drawn,
  ended: { readonly status: string; readonly mode: Mode } | undefined,
): void => {
  const { away: running, home, reversed, protected: safe } = world.drs.rest();
  const all = drawn.serverIds;
  const left = JSON.stringify({ running, home, reversed, safe });
  if (ended?.mode === 'DRILL') {
    const isAsBefore =
      isSame(running, all) && home.length === 0 && reversed.length === 0 && safe.length === 0;
    if (!isAsBefore) world.fail('S49', `a drill left ${left}, and is ${ended.status}`);
  } else if (ended?.status === 'COMPLETED') {
    const isHome = running.length === 0 && reversed.length === 0 && isSame(safe, all);
    if (!isHome || home.some(({ isDrill }) => isDrill) || home.length !== all.length)
      world.fail('S49', `a failback left ${left}`);
  }
  // Whatever became of it, each server runs somewhere.
  for (const id of all)
    if (!running.includes(id) && !safe.includes(id)) world.fail('S44', `${id} runs nowhere`);
};

/** What nobody has published yet when a seed ends. */
const unsaid: readonly DiscrepancyKind[] = ['missing-tail', 'missing-stream', 'removed'];

/** S53: whoever rebuilds an execution from its events finds nothing in it that the product would not have said. */
export const checkAudit = async (
  world: FailbackWorld,
  executionId: string,
  events: readonly Recorded[],
): Promise<void> => {
  const own = events.filter(({ metadata }) => metadata.executionId === executionId);
  const { discrepancies } = verify({
    events: own.map(({ type, ...detail }) => ({ type, detail })),
    stored: await readStreams(world.store, executionId),
  });
  const [found] = discrepancies.filter(({ kind }) => !unsaid.includes(kind));
  if (found !== undefined) world.fail('S53', `${found.kind} in ${found.stream}: ${found.message}`);
};
