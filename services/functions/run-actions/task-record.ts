import * as z from 'zod';
import { executionIdSchema } from '../../../contracts/identifiers.ts';
import { sha256 } from '../../core/kernel/canonical.ts';
import { changeRecord } from '../../core/kernel/until-written.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';

/** Whose task it is, and what its tokens are known by: a token itself is kept nowhere. */
const taskRecordSchema = z.object({
  executionId: executionIdSchema,
  waveId: z.string(),
  tokenHashes: z.array(z.string()),
});
export type TaskRecord = z.infer<typeof taskRecordSchema>;

/** A request is sent again only after a crash; a worker that heard only the first of so many has had its time. */
const tokensMax = 20;

/** Makes a token valid for a task, beside those that were given out before: a worker may have heard either. */
export const giveOut = async (
  store: RecordStore,
  taskId: string,
  owner: Pick<TaskRecord, 'executionId' | 'waveId'>,
  token: string,
): Promise<void> => {
  const none: TaskRecord = { ...owner, tokenHashes: [] };
  await changeRecord(store, { kind: 'task', id: taskId }, `task ${taskId}`, none, (record) => ({
    body: { ...record, tokenHashes: [...record.tokenHashes, sha256(token)].slice(-tokensMax) },
    answer: undefined,
  }));
};

/** Notes whose work it is that Lambda names so, without a token: nobody may report on it. */
export const noteOwner = async (
  store: RecordStore,
  name: string,
  owner: Pick<TaskRecord, 'executionId' | 'waveId'>,
): Promise<void> => {
  await store.write({ kind: 'task', id: name }, { ...owner, tokenHashes: [] }, 0);
};

/** The task of that id, if one was ever requested. */
export const readTask = async (store: RecordStore, taskId: string): Promise<TaskRecord | undefined> => {
  const stored = await store.read({ kind: 'task', id: taskId });
  return stored === undefined ? undefined : taskRecordSchema.parse(stored.body);
};

/** Hashes are compared, so that the time it takes tells nothing of a token. */
export const isTokenOf = ({ tokenHashes }: TaskRecord, token: string): boolean =>
  tokenHashes.includes(sha256(token));
