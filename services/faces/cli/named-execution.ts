import { setTimeout as sleep } from 'node:timers/promises';
import { executionStatuses } from '../../../contracts/execution-status.ts';
import { executionIdSchema } from '../../../contracts/identifiers.ts';
import { byText } from '../../core/kernel/by-text.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { createExecutionReader } from '../../core/streams/read-execution.ts';
import { didYouMean } from './nearest.ts';

/** Of each status so many of the newest are looked through. */
const lookedThrough = 100;

/** ` Did you mean exec-… or exec-…?`, newest first; empty where nothing is near. */
export const nearExecutions = async (store: RecordStore, executionId: string): Promise<string> => {
  const found = await Promise.all(
    executionStatuses.map((status) => store.executionsByStatus(status, lookedThrough)),
  );
  const newestFirst = found.flat().toSorted((a, b) => byText(b.startedAt, a.startedAt));
  const ids = newestFirst.map((execution) => execution.executionId);
  return didYouMean(executionId, ids);
};

/** What to say of an execution that is not there: what was perhaps meant, and how to find out. */
export const unknownExecution = async (store: RecordStore, executionId: string): Promise<string> =>
  `There is no execution ${executionId}.${await nearExecutions(store, executionId)} List them: groundswell status`;

/** Nothing that is no id will ever be on record. */
export const isExecutionId = (text: string): boolean => executionIdSchema.safeParse(text).success;

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

/** A request that was published a moment ago is on record a moment later. */
const appearsWithinSeconds = 2;

/** Whether there is such an execution, or soon will be. */
export const isKnownExecution = async (store: RecordStore, executionId: string): Promise<boolean> =>
  isExecutionId(executionId) && isRequestSeen(store, executionId, appearsWithinSeconds);
