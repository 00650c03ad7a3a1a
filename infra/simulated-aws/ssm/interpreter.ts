import type { ExecutionRecord } from './execution.ts';
import { type InHand, type NextDeps, nextRun, wakeMs } from './next-run.ts';
import type { Run } from './run.ts';
import { outputTexts } from './run-values.ts';
import { runbookOf } from './runbook-of.ts';
import type { SsmStore } from './store.ts';

export interface InterpreterDeps extends NextDeps {
  readonly store: SsmStore;
  readonly save: (record: ExecutionRecord) => void;
}

export interface Interpreter {
  /** Carries an automation on as far as it goes by itself, and comes back when its time has come. */
  follow(id: string): void;
}

/** An automation of a runbook that is under way. */
const inHandOf = (store: SsmStore, id: string): InHand | undefined => {
  const record = store.executions.get(id);
  const document = record === undefined ? undefined : store.documents.get(record.document.name);
  const runbook = document === undefined ? undefined : runbookOf(document);
  if (record?.run === undefined || document === undefined || runbook === undefined) return undefined;
  const isOver = record.run.endedAt !== undefined || record.beganAt === undefined;
  return isOver ? undefined : { record, run: record.run, runbook, document };
};

const save = ({ store, save: write }: InterpreterDeps, { record, runbook }: InHand, run: Run): void => {
  const isSuccess = run.endedAt !== undefined && run.changes.at(-1)?.status === 'Success';
  const outputs = isSuccess ? outputTexts(runbook, run) : record.outputs;
  // The record may have been stopped or signalled while an API was being called.
  write({ ...(store.executions.get(record.id) ?? record), run, outputs });
};

/** Carries out runbooks step by step; all that it knows stands in the executions' records. */
export const createInterpreter = (deps: InterpreterDeps): Interpreter => {
  const { clock, store } = deps;
  const timers = new Map<string, () => void>();
  const busy = new Set<string>();
  const missed = new Set<string>();

  const carryOn = async (id: string): Promise<void> => {
    for (;;) {
      const inHand = inHandOf(store, id);
      if (inHand === undefined) return;
      const run = await nextRun(deps, inHand);
      if (run !== undefined) {
        save(deps, inHand, run);
        continue;
      }
      if (missed.delete(id)) continue;
      const delayMs = wakeMs(inHand, clock.now());
      if (delayMs !== Infinity)
        timers.set(
          id,
          clock.after(delayMs, () => follow(id)),
        );
      return;
    }
  };

  const follow = (id: string): void => {
    timers.get(id)?.();
    timers.delete(id);
    if (busy.has(id)) return void missed.add(id);
    busy.add(id);
    // What is found in a journal goes on once all that it may call has been made.
    const going = Promise.resolve().then(() => carryOn(id));
    void going.finally(() => {
      busy.delete(id);
      if (missed.delete(id)) follow(id);
    });
  };
  return { follow };
};
