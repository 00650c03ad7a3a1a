import { isProofOverdue } from '../domain/proof.ts';
import type { ExecutionIndex, RecordStore } from '../ports/record-store.ts';
import { readExecution } from './execution-stream.ts';
import { firstStoredAt, listPlans } from './plan-store.ts';

/** So many executions that recovered everything are looked through, newest first. */
const lookedMax = 1_000;

/** When the newest of these that is a drill ended, epoch ms. */
const lastDrill = async (
  store: RecordStore,
  completed: readonly ExecutionIndex[],
): Promise<number | undefined> => {
  for (const { executionId } of completed) {
    const { mode, endedAt } = await readExecution(store, executionId);
    if (mode === 'DRILL') return endedAt;
  }
  return undefined;
};

/** The plans whose last drill that recovered everything is longer ago than they want (`provenWithinDays`). */
export const readOverdueProofs = async (store: RecordStore, now: number): Promise<readonly string[]> => {
  const plans = (await listPlans(store)).filter(({ plan }) => plan.provenWithinDays !== undefined);
  if (plans.length === 0) return [];
  const completed = await store.executionsByStatus('COMPLETED', lookedMax);
  const overdue = await Promise.all(
    plans.map(async (version) => {
      const { planId, plan } = version;
      const since = await firstStoredAt(store, version);
      const provenAt = await lastDrill(
        store,
        completed.filter((each) => each.planId === planId),
      );
      const { provenWithinDays } = plan;
      return isProofOverdue({ provenWithinDays, since }, provenAt, now) ? [planId] : [];
    }),
  );
  return overdue.flat();
};
