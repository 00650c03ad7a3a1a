import type { RecordStore } from '../ports/record-store.ts';
import { getPlan } from '../streams/plan-store.ts';
import { readRun } from './audit-trail.ts';
import { parseDomainEvent } from './domain-event.ts';

import { readView } from './record-view.ts';
import { initialView, viewOf } from './view.ts';
import type { ExecutionView } from './view-model.ts';

/** An execution as the audit has heard of it, which may be a little less than what is. */
const toldView = async (
  store: RecordStore,
  { executionId, planId, planVersion }: ExecutionView,
): Promise<ExecutionView> => {
  const plan = await getPlan(store, planId, planVersion);
  const events = await readRun(store, 'live', executionId);
  return viewOf(
    initialView(executionId, planId, plan?.plan),
    events.flatMap(({ type, detail }) => parseDomainEvent(type, detail) ?? []),
  );
};

/**
 * An execution as it stands; undefined if there is none of that id. The records say where it is, and the
 * audited events what its records do not keep: reasons, questions to an operator, and how long things took.
 */
export const currentView = async (
  store: RecordStore,
  executionId: string,
): Promise<ExecutionView | undefined> => {
  const view = await readView(store, executionId);
  if (view === undefined) return undefined;
  const told = await toldView(store, view);
  return told.state === view.state ? told : { ...view, needs: told.needs, faults: told.faults };
};
