import type { RecordStore } from '../../core/ports/record-store.ts';
import { createExecutionReader } from '../../core/streams/read-execution.ts';
import { readSaid } from '../../core/streams/read-verified.ts';
import { snapshotOf } from '../../core/streams/snapshot.ts';
import type { ExecutionView } from '../../core/view/execution-view.ts';
import { viewOf } from '../../core/view/fold.ts';
import { inOrder } from '../../core/view/order.ts';
import { currentView, plannedView } from '../../core/view/planned-view.ts';

/**
 * Reads executions as they stand; undefined if there is none of that id. The records say where one is, and
 * the audited events what its records do not keep: reasons, questions to an operator, and how long things
 * took. The audit may have heard of a little less than what is.
 */
export const createViewReader = (store: RecordStore) => {
  const read = createExecutionReader(store);
  return async (executionId: string, now: number): Promise<ExecutionView | undefined> => {
    const snapshot = snapshotOf(await read(executionId), now);
    if (snapshot === undefined) return undefined;
    const told = viewOf(plannedView(snapshot), inOrder(await readSaid(store, executionId)));
    if (told.status === snapshot.status) return told;
    return { ...currentView(snapshot), needs: told.needs, faults: told.faults };
  };
};
