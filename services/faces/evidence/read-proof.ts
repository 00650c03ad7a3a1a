import type { Plan } from '../../../contracts/plan.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import type { PlanServers } from '../../core/domain/proof.ts';
import type { ExecutionIndex, RecordStore } from '../../core/ports/record-store.ts';
import { firstStoredAt } from '../../core/streams/plan-store.ts';
import type { PlanProof } from '../report/programme-model.ts';
import { isProof, planProof } from '../report/proof.ts';
import { createVerifiedReports } from './verified-reports.ts';

export interface ProofPorts {
  readonly store: RecordStore;
  /** The servers that a plan would recover now. */
  readonly serversOf: (plan: Plan) => Promise<PlanServers>;
}

/** So many completed executions of all plans are known, newest first; and so many of a plan are verified. */
const indexMax = 10_000;
const verifiedMax = 25;

/** Reads which executions recovered everything, newest first, once for as many plans as are asked about. */
export const readCompleted = (store: RecordStore): Promise<readonly ExecutionIndex[]> =>
  store.executionsByStatus('COMPLETED', indexMax);

/**
 * What is proven of a plan now (epoch ms): its newest completed executions are verified until one is a proof, at most
 * 25 of them. Throws what the store throws.
 */
export const readProof = async (
  { store, serversOf }: ProofPorts,
  version: PlanVersion,
  completed: readonly ExecutionIndex[],
  now: number,
): Promise<PlanProof> => {
  const reports = createVerifiedReports(store);
  const own = completed.filter(({ planId }) => planId === version.planId).slice(0, verifiedMax);
  const [since, known] = await Promise.all([firstStoredAt(store, version), serversOf(version.plan)]);
  const provable = { ...version, since, ...known };
  for (const { executionId } of own) {
    const report = await reports.read(executionId);
    if (report !== undefined && isProof(report)) return planProof(provable, [report], now);
  }
  return planProof(provable, [], now);
};
