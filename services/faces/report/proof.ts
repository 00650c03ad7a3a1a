import { launchingWaves } from '../../core/view/figures.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import { isProofOverdue, type PlanServers, type ProvenPlan } from '../../core/domain/proof.ts';
import type { CoveredServer, PlanProof } from './programme-model.ts';
import type { ExecutionReport } from './report-model.ts';

/** The newest version of a plan, the servers that it would recover now, and when its first version was stored. */
export type ProvablePlan = PlanVersion & PlanServers & Pick<ProvenPlan, 'since'>;

/** A drill that recovered everything, and whose record verifies. */
export const isProof = ({ mode, status, verdict }: ExecutionReport): boolean =>
  mode === 'DRILL' && status === 'COMPLETED' && verdict?.sound === true;

export const launchedBy = ({ waves }: ExecutionReport): ReadonlySet<string> =>
  new Set(
    launchingWaves({ waves }).flatMap(({ servers }) =>
      servers.filter(({ launchResult }) => launchResult === 'LAUNCHED').map((each) => each.sourceServerId),
    ),
  );

const coverage = (
  servers: PlanServers['servers'],
  runs: readonly ExecutionReport[],
  proof: ExecutionReport | undefined,
): readonly CoveredServer[] => {
  const launched = runs.map((report) => ({ report, ids: launchedBy(report) }));
  const proven = proof === undefined ? new Set<string>() : launchedBy(proof);
  return servers.map(({ sourceServerId, name }) => {
    const last = launched.findLast(({ ids }) => ids.has(sourceServerId))?.report;
    return {
      ...{ sourceServerId, name, isProven: proven.has(sourceServerId) },
      ...(last !== undefined && { lastLaunched: { at: last.startedAt, executionId: last.executionId } }),
    };
  });
};

/**
 * What is proven of a plan at an instant (epoch ms), from reports on its executions, oldest first: they have to reach
 * back to its last proof, and further only to say when other servers were last launched. The one answer to when a
 * plan was last proven, with which version, in which time, and for which servers.
 */
export const planProof = (
  { planId, version, hash, plan, servers, unread, since }: ProvablePlan,
  reports: readonly ExecutionReport[],
  at: number,
): PlanProof => {
  const { rtoMinutes, rpoMinutes, provenWithinDays } = plan;
  const runs = reports.filter((report) => report.planId === planId && report.startedAt < at);
  const proof = runs.findLast(isProof);
  return {
    ...{ planId, version, hash, unread },
    ...(rtoMinutes !== undefined && { rtoMinutes }),
    ...(rpoMinutes !== undefined && { rpoMinutes }),
    ...(provenWithinDays !== undefined && { provenWithinDays }),
    ...(proof !== undefined && { proof }),
    isOverdue: isProofOverdue({ provenWithinDays, since }, proof?.endedAt, at),
    servers: coverage(servers, runs, proof),
  };
};
