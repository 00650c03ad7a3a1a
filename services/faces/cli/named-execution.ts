import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { executionStatuses } from '../../../contracts/execution-status.ts';
import { executionIdSchema } from '../../../contracts/identifiers.ts';
import { byText } from '../../core/kernel/by-text.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readCleanUp } from '../../core/streams/clean-up-stream.ts';
import { createExecutionReader } from '../../core/streams/read-execution.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import { didYouMean } from '../../core/view/nearest.ts';

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
export const unknownExecution = async (
  store: RecordStore,
  executionId: string,
  options?: ConnectionOptions,
): Promise<string> =>
  `There is no execution ${executionId}.${await nearExecutions(store, executionId)} List them: ${commandLine('status', options)}`;

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
    const cleanUp = await readCleanUp(store, executionId);
    return [state, cleanUp, ...waves.map((wave) => wave.state)].some(({ decisions = [] }) =>
      decisions.includes(decisionId),
    );
  });
};

/** What became of a decision: refused, with the reason, or carried out; undefined while the audit does not say. */
export type DecisionOutcome = { readonly isRefused: boolean; readonly reason: string } | undefined;

const decisionSchema = z.object({
  data: z.object({
    decisionId: z.string().optional(),
    decidedBy: z.object({ decisionId: z.string() }).optional(),
    reason: z.string().optional(),
  }),
});

/** Looks through what the audit has recorded, each event once, until it tells what followed from the decision. */
export const decisionOutcome = async (
  store: RecordStore,
  executionId: string,
  decisionId: string,
  seconds: number,
): Promise<DecisionOutcome> => {
  const read = new Set<string>();
  let outcome: DecisionOutcome;
  await within(seconds, async () => {
    const ids = (await store.list('audit', `live/${executionId}/`)).filter((id) => !read.has(id));
    for (const id of ids) {
      read.add(id);
      const body = (
        await store.read<{ readonly type: string; readonly detail: unknown }>({ kind: 'audit', id })
      )?.body;
      const parsed = decisionSchema.safeParse(body?.detail);
      if (!parsed.success) continue;
      const { decisionId: own, decidedBy, reason = '' } = parsed.data.data;
      if (own === decisionId || decidedBy?.decisionId === decisionId)
        outcome = { isRefused: body?.type === 'DecisionRefused', reason };
    }
    return outcome !== undefined;
  });
  return outcome;
};

/** A request that was published a moment ago is on record a moment later. */
const appearsWithinSeconds = 2;

/** Whether there is such an execution, or soon will be. */
export const isKnownExecution = async (store: RecordStore, executionId: string): Promise<boolean> =>
  isExecutionId(executionId) && isRequestSeen(store, executionId, appearsWithinSeconds);
