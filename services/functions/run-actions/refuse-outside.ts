import { answeredOutside, isAnswered, type ApprovalAnswer } from '../../core/domain/wave/answers.ts';
import { createTransact, type TransactPorts } from '../../core/kernel/transact.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { executionAddress, executionKind } from '../../core/streams/execution-stream.ts';
import { readWaveState } from '../../core/streams/wave-stream.ts';

/** An answer to a wave that does not run is for its execution to refuse. */
export const refuseOutside = async (
  ports: TransactPorts & { readonly log: Log },
  { executionId, waveId = '' }: Wake,
  answer: ApprovalAnswer,
  causationId: string,
): Promise<void> => {
  if (isAnswered(await readWaveState(ports.store, executionId, waveId), answer)) return;
  const transact = createTransact('run-actions', ports, executionKind);
  const { facts } = await transact(executionAddress(executionId), causationId, (state) =>
    answeredOutside(state, waveId, answer),
  );
  const { actionId, by } = answer;
  ports.log.warn('an approval answer did not apply', {
    ...{ executionId, waveId, actionId, by },
    refused: facts.length > 0,
  });
};
