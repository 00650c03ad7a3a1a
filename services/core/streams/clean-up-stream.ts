import type { CleanUpFact } from '../../../contracts/clean-up-events.ts';
import { evolveCleanUp, initialCleanUp, type CleanUpState } from '../domain/clean-up/state.ts';
import { readStream } from '../kernel/read-stream.ts';
import { cleanUpStream } from '../kernel/stream-names.ts';
import type { StreamAddress, StreamKind } from '../kernel/transact.ts';
import type { RecordStore } from '../ports/record-store.ts';

export const cleanUpKind: StreamKind<CleanUpState, CleanUpFact> = {
  initialState: initialCleanUp,
  evolve: evolveCleanUp,
  tooLarge: (_address, why) => ({
    type: 'OperatorNeeded',
    data: {
      about: 'record-too-large',
      why: `What has happened cannot be saved, and the clean-up stands still. ${why}`,
      choices: ['wait'],
    },
  }),
};

export const cleanUpAddress = (executionId: string): StreamAddress => ({
  stream: cleanUpStream(executionId),
  executionId,
});

/** The clean-up of a drill as it stands now; `NONE` before anything was said of it. */
export const readCleanUp = async (store: RecordStore, executionId: string): Promise<CleanUpState> => {
  const stored = await readStream<CleanUpState>(store, cleanUpStream(executionId));
  return stored?.body.state ?? initialCleanUp;
};
