import type { ExecutionRequest } from '../../../contracts/execution-events.ts';
import { evolveExecution, initialExecution, type ExecutionState } from '../domain/execution-state.ts';
import { canonicalJson, executionIdOf } from '../kernel/canonical.ts';
import { readStream, streamKey } from '../kernel/read-stream.ts';
import { append, emptyStream } from '../kernel/stream.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { executionAddress, executionKind } from './execution-stream.ts';

/** A request with the parts filled in that may be left open. */
export type CompleteRequest = ExecutionRequest & { readonly requestId: string; readonly requestedBy: string };

export type Recording =
  /** The execution's row is there, and nothing else yet. */
  | { readonly status: 'recorded' }
  /** The same request was recorded before. */
  | { readonly status: 'known'; readonly execution: ExecutionState }
  /** Another request has this id. */
  | { readonly status: 'taken'; readonly execution: ExecutionState };

const isSame = ({ request }: ExecutionState, asked: CompleteRequest): boolean =>
  request !== undefined && canonicalJson(request) === canonicalJson(asked);

/**
 * Writes an execution's row before its event is published: if the caller dies on the line after, the
 * reconciler finds the row and the intake takes the request up. One conditional write; the event of it waits
 * in the outbox for the intake. A store that gave no answer throws, and the same call may be made again.
 */
export const recordRequest = async (
  store: RecordStore,
  asked: CompleteRequest,
  causationId: string,
  now: number,
): Promise<Recording> => {
  const { stream, executionId } = executionAddress(executionIdOf(asked.requestId));
  const empty = emptyStream<ExecutionState>(stream, executionId, initialExecution);
  const fact = { type: 'ExecutionAccepted' as const, data: asked };
  const record = append(empty, evolveExecution, [fact], causationId, now);
  const index = executionKind.indexOf?.(executionId, record.state);
  if ((await store.write(streamKey(stream), record, 0, index)) === 'written') return { status: 'recorded' };
  const stored = await readStream<ExecutionState>(store, stream);
  const execution = stored?.body.state ?? initialExecution;
  return { status: isSame(execution, asked) ? 'known' : 'taken', execution };
};
