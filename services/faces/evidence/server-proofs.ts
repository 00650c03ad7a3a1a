import type { Fault } from '../../../contracts/execution-events.ts';
import type { ShownServer } from '../../../contracts/servers-api.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Coverage } from '../../core/readiness/coverage.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import { createPlanServers } from '../../core/readiness/plan-servers.ts';
import { targetKey } from '../../core/readiness/target-facts.ts';
import { getPlan } from '../../core/streams/plan-store.ts';
import { readCompleted, readProof } from './read-proof.ts';

/** So many plans are asked for their proof in one answer; each takes the verification of at least one execution. */
const plansMax = 25;
const atOnce = 4;

interface ProofsOfServers {
  readonly store: RecordStore;
  readonly home: Target;
  readonly now: number;
}

/** When a drill that recovered everything of its plan last launched each of these servers. */
export const withProofs = async (
  { store, home, now }: ProofsOfServers,
  { known }: Pick<Coverage, 'known'>,
  servers: readonly ShownServer[],
): Promise<{ readonly servers: readonly ShownServer[]; readonly faults: readonly Fault[] }> => {
  const ids = [...new Set(servers.flatMap(({ plans }) => plans.map(({ planId }) => planId)))];
  const asked = ids.slice(0, plansMax);
  const describeSourceServers = (target: Target) => Promise.resolve(known.get(targetKey(target)) ?? []);
  const serversOf = createPlanServers({ describeSourceServers }, home);
  const completed = asked.length === 0 ? [] : await readCompleted(store);
  const proofs = await inParallel(asked, atOnce, async (planId) => {
    const stored = await getPlan(store, planId);
    return stored && readProof({ store, serversOf }, stored, completed, now);
  });
  const newest = new Map<string, NonNullable<ShownServer['lastProven']>>();
  for (const { planId, proof, servers: own } of proofs.flatMap((each) => each ?? []))
    for (const { sourceServerId, isProven } of own) {
      const key = `${planId}/${sourceServerId}`;
      if (isProven && proof !== undefined)
        newest.set(key, { planId, executionId: proof.executionId, at: proof.endedAt });
    }
  return {
    servers: servers.map((server) => {
      const own = server.plans.flatMap(
        ({ planId }) => newest.get(`${planId}/${server.sourceServerId}`) ?? [],
      );
      const [last] = own.sort((a, b) => b.at - a.at);
      return last === undefined ? server : { ...server, lastProven: last };
    }),
    faults:
      ids.length <= plansMax
        ? []
        : [
            {
              path: 'plans',
              message: `the proofs of ${plansMax} of ${ids.length} plans were read, so that servers may have been drilled that do not say so`,
              expected: 'fewer servers a page, or those of one plan',
            },
          ],
  };
};
