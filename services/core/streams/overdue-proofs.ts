import type * as z from 'zod';
import type { proofOverdue } from '../../../contracts/proof-event.ts';
import { isProofOverdue, proofLapsesAt } from '../domain/proof.ts';
import type { ExecutionIndex, RecordStore } from '../ports/record-store.ts';
import { readExecution } from './execution-stream.ts';
import { firstStoredAt, listPlans } from './plan-store.ts';

/** A plan whose proof is overdue, as its event tells it. */
export type OverdueProof = Readonly<z.output<typeof proofOverdue.data>>;

/** So many executions that recovered everything are looked through, newest first. */
const lookedMax = 1_000;

/** The newest of these that is a drill, and when it ended, epoch ms. */
const lastDrill = async (
  store: RecordStore,
  completed: readonly ExecutionIndex[],
): Promise<{ readonly executionId: string; readonly endedAt: number } | undefined> => {
  for (const { executionId } of completed) {
    const { mode, endedAt } = await readExecution(store, executionId);
    if (mode === 'DRILL') return { executionId, endedAt };
  }
  return undefined;
};

/** The plans whose last drill that recovered everything is longer ago than they want (`provenWithinDays`). */
export const readOverdueProofs = async (
  store: RecordStore,
  now: number,
): Promise<readonly OverdueProof[]> => {
  const plans = (await listPlans(store)).filter(({ plan }) => plan.provenWithinDays !== undefined);
  if (plans.length === 0) return [];
  const completed = await store.executionsByStatus('COMPLETED', lookedMax);
  const overdue = await Promise.all(
    plans.map(async (version): Promise<readonly OverdueProof[]> => {
      const { planId, plan } = version;
      const { provenWithinDays } = plan;
      const proven = { provenWithinDays, since: await firstStoredAt(store, version) };
      const last = await lastDrill(
        store,
        completed.filter((each) => each.planId === planId),
      );
      const lapsesAt = proofLapsesAt(proven, last?.endedAt);
      if (provenWithinDays === undefined || lapsesAt === undefined) return [];
      if (!isProofOverdue(proven, last?.endedAt, now)) return [];
      return [
        {
          ...{ planId, planVersion: version.version, provenWithinDays },
          overdueSince: new Date(lapsesAt).toISOString(),
          ...(last && {
            lastProof: { executionId: last.executionId, endedAt: new Date(last.endedAt).toISOString() },
          }),
        },
      ];
    }),
  );
  return overdue.flat();
};
