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

/** A request that was published a moment ago is on record a moment later. */
const appearsWithinMs = 2_000;
const lookMs = 500;

/** Whether there is such an execution, or soon will be. */
export const isKnownExecution = async (store: RecordStore, executionId: string): Promise<boolean> => {
  if (!isExecutionId(executionId)) return false;
  const read = createExecutionReader(store);
  for (let waited = 0; ; waited += lookMs) {
    if ((await read(executionId)).state.status !== 'NONE') return true;
    if (waited >= appearsWithinMs) return false;
    await sleep(lookMs);
  }
};
