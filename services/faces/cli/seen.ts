import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { createExecutionReader } from '../../core/streams/read-execution.ts';

const lookMs = 500;

/** Looks until it is so, or until so many seconds have passed. */
const within = async (seconds: number, isSo: () => Promise<boolean>): Promise<boolean> => {
  const endsAt = Date.now() + seconds * 1_000;
  for (;;) {
    if (await isSo()) return true;
    const left = endsAt - Date.now();
    if (left <= 0) return false;
    await sleep(Math.min(lookMs, left));
  }
};

/** Whether the intake has seen a request: what it accepts is on record, and so is what it refuses. */
export const isRequestSeen = (store: RecordStore, executionId: string, seconds: number): Promise<boolean> => {
  const read = createExecutionReader(store);
  return within(seconds, async () => (await read(executionId)).state.status !== 'NONE');
};

/** Whether a decision has been taken up: the execution, or one of its waves, keeps the id of each, refused ones too. */
export const isDecisionSeen = (
  store: RecordStore,
  executionId: string,
  decisionId: string,
  seconds: number,
): Promise<boolean> => {
  const read = createExecutionReader(store);
  return within(seconds, async () => {
    const { state, waves } = await read(executionId);
    return [state, ...waves.map((wave) => wave.state)].some(({ decisions = [] }) =>
      decisions.includes(decisionId),
    );
  });
};
