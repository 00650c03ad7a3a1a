import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import {
  evolveExecution,
  initialExecution,
  isTerminal,
  type ExecutionState,
} from '../domain/execution-state.ts';
import { readStream } from '../kernel/read-stream.ts';
import { executionStream } from '../kernel/stream-names.ts';
import type { StreamAddress, StreamKind } from '../kernel/transact.ts';
import type { RecordStore } from '../ports/record-store.ts';

export const executionKind: StreamKind<ExecutionState, ExecutionFact> = {
  initialState: initialExecution,
  evolve: evolveExecution,
  tooLarge: (_address, why) => ({
    type: 'OperatorNeeded',
    data: {
      about: 'record-too-large',
      why: `What has happened cannot be saved, and the execution stands still. ${why}`,
      choices: ['cancel'],
    },
  }),
  indexOf: (executionId, state) => ({
    executionId,
    planId: state.planId,
    status: state.status,
    startedAt: new Date(state.startedAt).toISOString(),
    open: true,
  }),
};

export const executionAddress = (executionId: string): StreamAddress => ({
  stream: executionStream(executionId),
  executionId,
});

/** The execution as it stands now; `NONE` when there is none of that id. */
export const readExecution = async (store: RecordStore, executionId: string): Promise<ExecutionState> => {
  const stored = await readStream<ExecutionState>(store, executionStream(executionId));
  return stored?.body.state ?? initialExecution;
};

export const hasEnded = (state: ExecutionState): boolean => isTerminal(state.status);
