import { type AnnounceDeps, createAnnouncer } from './announce.ts';
import type { ExecutionRecord } from './execution.ts';
import { type ExecutionView, viewAt } from './execution-view.ts';
import type { SsmStore } from './store.ts';
import { isTerminal } from './timeline.ts';

export interface ExecutionTable {
  /** Writes the execution, announces what it changes, and follows it from then on. */
  save(execution: ExecutionRecord): void;
  /** All executions as they stand now, the oldest first. */
  views(): readonly ExecutionView[];
  /** Whether one more may run beside those that do. */
  hasRoom(): boolean;
  queued(): readonly ExecutionRecord[];
}

/** The executions of an account: as many run at once as the scenario allows, the others wait in order. */
export const createExecutionTable = (
  deps: AnnounceDeps & { readonly store: SsmStore },
  onBegin: (id: string) => void = () => undefined,
): ExecutionTable => {
  const { clock, store, scenario } = deps;

  const records = (): readonly ExecutionRecord[] => [...store.executions.values()];
  const views = (): readonly ExecutionView[] => records().map((record) => viewAt(record, clock.now()));
  const queued = (): readonly ExecutionRecord[] =>
    records().filter(({ beganAt, stop }) => beganAt === undefined && stop === undefined);
  const hasRoom = (): boolean => {
    const running = views().filter((view) => view.record.beganAt !== undefined && !isTerminal(view.status));
    return running.length < scenario.concurrentMax;
  };

  const save = (execution: ExecutionRecord): void => {
    store.write({ kind: 'execution', execution });
    announcer.follow(execution);
  };
  const beginQueued = (): void => {
    for (const record of queued()) {
      if (!hasRoom()) return;
      save({ ...record, beganAt: clock.now() });
      onBegin(record.id);
    }
  };
  const announcer = createAnnouncer(deps, (change) => {
    if (change.subject === 'execution' && isTerminal(change.status)) beginQueued();
  });

  for (const record of records()) announcer.resume(record);
  beginQueued();
  return { save, views, hasRoom, queued };
};
