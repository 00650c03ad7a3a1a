import type { Permission } from '../../../contracts/access.ts';
import type { Accepted } from '../../../contracts/api.ts';
import { canonicalJson, executionIdOf } from '../../core/kernel/canonical.ts';
import { auditIdsOf, historyTag, readHistory } from './history.ts';
import type { ExecutionState } from '../../core/domain/execution-state.ts';
import { type CompleteRequest, recordRequest } from '../../core/streams/record-request.ts';
import { noExecution, problem } from './problem.ts';
import { createExecutionReader, type ReadExecution } from '../../core/streams/read-execution.ts';
import type { Answer, ApiPorts } from './route.ts';
import { snapshotOf } from '../../core/streams/snapshot.ts';

/**
 * Asks for an execution. Its row is written before the event is published, so that nothing is lost between
 * the two: the intake is woken by the event, or by the reconciler if the event never came about. A repeat
 * under the same key is told the same, and publishes again only while nobody has taken the request up.
 */
export const requestExecution = async (
  { store, requests, clock }: ApiPorts,
  request: CompleteRequest,
  base: string,
): Promise<Answer> => {
  const { requestId } = request;
  const recording = await recordRequest(store, request, `api:${requestId}`, clock.now());
  if (recording.status === 'taken') return keyTaken(request, recording.execution);
  const isUntouched = recording.status === 'recorded' || recording.execution.status === 'REQUESTED';
  if (isUntouched) await requests.say('ExecutionRequested', request);
  const executionId = executionIdOf(requestId);
  const statusUrl = `${base}/executions/${executionId}`;
  const body: Accepted = { executionId, requestId, statusUrl };
  return { status: 202, headers: { location: statusUrl, 'retry-after': '1' }, body };
};

/** Refuses with every part in which the request differs from the one that used the key first. */
const keyTaken = (asked: CompleteRequest, { request, requestedBy }: ExecutionState): Answer => {
  const first: Readonly<Record<string, unknown>> = { ...request };
  const now: Readonly<Record<string, unknown>> = { ...asked };
  const faults = Object.keys({ ...first, ...now })
    .map((path) => ({ path, message: `is ${textOf(now[path])}`, expected: textOf(first[path]) }))
    .filter(({ message, expected }) => message !== `is ${expected}`);
  const use = request && `, by ${requestedBy} for a ${request.mode} of ${request.planId}`;
  const detail = `The key ${asked.requestId} was used before${use ?? ''}. Use another key for another request.`;
  return problem(422, detail, faults);
};

const textOf = (value: unknown): string => (value === undefined ? 'not given' : canonicalJson(value));

const longPollStepMs = 400;

/** The execution as soon as it differs from what the caller has, or as it is when the wait is over. */
const readChanged = async (
  { store, sleep }: ApiPorts,
  executionId: string,
  known: string | undefined,
  waitMs: number,
): Promise<ReadExecution> => {
  const read = createExecutionReader(store);
  for (let waited = 0; ; waited += longPollStepMs) {
    const execution = await read(executionId);
    if (`"${execution.tag}"` !== known || waited >= waitMs) return execution;
    await sleep(longPollStepMs);
  }
};

interface AskedExecution {
  /** The ETag that the caller has. */
  readonly known: string | undefined;
  readonly waitSeconds: number;
  /** What access rules let the caller do with it. */
  readonly may: readonly Permission[] | undefined;
}

export const getExecution = async (
  ports: ApiPorts,
  executionId: string,
  { known, waitSeconds, may }: AskedExecution,
): Promise<Answer> => {
  const execution = await readChanged(ports, executionId, known, waitSeconds * 1_000);
  const snapshot = snapshotOf(execution, ports.clock.now());
  if (snapshot === undefined) return noExecution(executionId);
  const body = { ...snapshot, ...(may !== undefined && { may }) };
  const headers = { etag: `"${execution.tag}"`, 'cache-control': 'no-cache' };
  return headers.etag === known ? { status: 304, headers } : { status: 200, headers, body };
};

export const getEvents = async (
  { store }: ApiPorts,
  executionId: string,
  known: string | undefined,
): Promise<Answer> => {
  const { state } = await createExecutionReader(store)(executionId);
  if (state.status === 'NONE') return noExecution(executionId);
  const ids = await auditIdsOf(store, executionId);
  const headers = { etag: `"${historyTag(ids)}"`, 'cache-control': 'no-cache' };
  if (headers.etag === known) return { status: 304, headers };
  return { status: 200, headers, body: { events: await readHistory(store, executionId, ids) } };
};
