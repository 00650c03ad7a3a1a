import type { DueDecision } from '../../../contracts/api.ts';
import { isTerminal } from '../domain/execution-state.ts';
import { byText } from '../kernel/by-text.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { decisionsOf } from '../view/decisions.ts';
import { currentView } from '../view/planned-view.ts';
import { createExecutionReader } from './read-execution.ts';
import { snapshotOf } from './snapshot.ts';

const readsAtOnce = 20;

/** What waits for people in all executions that have not ended, and of drills that are not cleaned up, oldest first. */
export const readDecisions = async (store: RecordStore, now: number): Promise<readonly DueDecision[]> => {
  const read = createExecutionReader(store);
  const open = await store.openExecutions();
  const decisions: DueDecision[] = [];
  for (let from = 0; from < open.length; from += readsAtOnce) {
    const batch = open.slice(from, from + readsAtOnce);
    const snapshots = await Promise.all(
      batch.map(async ({ executionId }) => snapshotOf(await read(executionId), now)),
    );
    for (const snapshot of snapshots)
      if (snapshot !== undefined && (!isTerminal(snapshot.status) || snapshot.cleanUp !== undefined))
        decisions.push(...decisionsOf(currentView(snapshot)));
  }
  return decisions.toSorted((a, b) => byText(a.since, b.since));
};
