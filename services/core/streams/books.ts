import type { ExecutionState } from '../domain/execution-state.ts';
import { readStream, streamKey } from '../kernel/read-stream.ts';
import { executionStream } from '../kernel/stream-names.ts';
import { untilWritten } from '../kernel/until-written.ts';
import type { RecordStore, WriteResult } from '../ports/record-store.ts';
import { executionKind } from './execution-stream.ts';

const write = async (store: RecordStore, executionId: string, open: boolean): Promise<WriteResult> => {
  const stream = executionStream(executionId);
  const stored = await readStream<ExecutionState>(store, stream);
  const index = stored && executionKind.indexOf?.(executionId, stored.body.state);
  if (stored === undefined || index === undefined) return 'written';
  return store.write(streamKey(stream), stored.body, stored.revision, { ...index, open });
};

/** Takes the execution out of the index of open ones; false if its record changed meanwhile. */
export const closeBooks = async (store: RecordStore, executionId: string): Promise<boolean> =>
  (await write(store, executionId, false)) === 'written';

/** Puts an ended execution back into the index of open ones: something of it goes on. */
export const openBooks = (store: RecordStore, executionId: string): Promise<WriteResult> =>
  untilWritten(`the books of ${executionId}`, () => write(store, executionId, true));
