import type { Target } from '../../../contracts/plan.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import { readCoverage } from '../../core/readiness/coverage.ts';
import { isUncovered, narrowed } from '../../core/readiness/server-page.ts';
import { targetKey } from '../../core/readiness/target-facts.ts';
import type { Scope } from '../report/programme-model.ts';

/** What evidence of these plans is about, of all that are stored, and what no plan recovers. Asks DRS once for each place. */
export const readScope = async (
  recovery: Pick<RecoveryService, 'describeSourceServers'>,
  home: Target,
  stored: readonly PlanVersion[],
  chosen: readonly PlanVersion[],
): Promise<Scope> => {
  const coverage = await readCoverage(recovery, home, stored);
  const about = new Set(chosen.map(({ planId }) => planId));
  return {
    home: targetKey(home),
    places: coverage.places.map(targetKey),
    plansLeftOut: stored.map(({ planId }) => planId).filter((planId) => !about.has(planId)),
    serversWithoutPlan: narrowed(coverage, {})
      .filter(isUncovered)
      .map(({ target, sourceServerId, server }) => ({
        ...{ sourceServerId, name: server?.name ?? sourceServerId, place: targetKey(target) },
      })),
    unread: coverage.faults.map(({ message }) => message),
  };
};
