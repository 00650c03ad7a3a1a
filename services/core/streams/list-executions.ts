import type { ExecutionPage, ExecutionSummary } from '../../../contracts/api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { executionStatusSchema } from '../../../contracts/orders.ts';
import { isTerminal, type ExecutionState } from '../domain/execution-state.ts';
import type { ExecutionIndex, RecordStore } from '../ports/record-store.ts';
import { readExecution } from './execution-stream.ts';

/** Which executions are looked for; what is absent does not matter. Instants in ISO 8601. */
export interface WantedExecutions {
  readonly status?: string | undefined;
  readonly plan?: string | undefined;
  /** Since and until when they were requested. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly mode?: Mode | undefined;
  /** Who requested them. */
  readonly by?: string | undefined;
  /** A part of the execution's id, its plan's name, its requester or the reason. */
  readonly text?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page looks through so many executions; where few of them are wanted it ends early and says where to go on. */
const lookedMax = 400;
const batchMax = 50;

const positionOf = ({ startedAt, executionId }: ExecutionIndex): string => `${startedAt}~${executionId}`;

const isIndexWanted = (
  { planId, startedAt }: ExecutionIndex,
  { plan, from, to }: WantedExecutions,
): boolean =>
  (plan === undefined || planId === plan) &&
  (from === undefined || Date.parse(startedAt) >= Date.parse(from)) &&
  (to === undefined || Date.parse(startedAt) <= Date.parse(to));

const isStateWanted = (
  { executionId, planId }: ExecutionIndex,
  { mode, requestedBy, request }: ExecutionState,
  wanted: WantedExecutions,
): boolean => {
  const text = wanted.text?.trim().toLowerCase() ?? '';
  const said = [executionId, planId, requestedBy, request?.reason ?? ''];
  return (
    (wanted.mode === undefined || mode === wanted.mode) &&
    (wanted.by === undefined || requestedBy.toLowerCase() === wanted.by.trim().toLowerCase()) &&
    (text === '' || said.some((each) => each.toLowerCase().includes(text)))
  );
};

/**
 * The newest of the index behind a position. The index is by status, so that all of them are a merge of ten short
 * queries; what lies further back reads what lies before it once more.
 */
const newest = async (
  store: RecordStore,
  wanted: WantedExecutions,
  after: string | undefined,
  count: number,
): Promise<readonly ExecutionIndex[]> => {
  const asked = wanted.status === undefined ? executionStatusSchema.options : [wanted.status];
  const isWanted = (index: ExecutionIndex): boolean =>
    (after === undefined || positionOf(index) < after) && isIndexWanted(index, wanted);
  const ofStatus = async (status: string): Promise<readonly ExecutionIndex[]> => {
    for (let limit = count; ; limit *= 4) {
      const read = await store.executionsByStatus(status, limit);
      const found = read.filter(isWanted);
      if (found.length >= count || read.length < limit) return found.slice(0, count);
    }
  };
  const found = await Promise.all(asked.map(ofStatus));
  return found
    .flat()
    .sort((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1))
    .slice(0, count);
};

export const executionSummary = (
  { executionId, planId, status, startedAt }: ExecutionIndex,
  { mode, requestedBy }: ExecutionState,
): ExecutionSummary => ({
  ...{ executionId, planId, mode, requestedBy, startedAt },
  status: executionStatusSchema.parse(status),
});

/** A page of executions, newest first. Those that began within the same instant are in order of their ids. */
export const listExecutions = async (
  store: RecordStore,
  wanted: WantedExecutions,
): Promise<ExecutionPage> => {
  const executions: ExecutionSummary[] = [];
  const { limit } = wanted;
  const batchSize = Math.min(batchMax, limit);
  let { after } = wanted;
  for (let looked = 0; looked < lookedMax && executions.length < limit; looked += batchSize) {
    // One more than is read, to know whether anything follows.
    const found = await newest(store, wanted, after, batchSize + 1);
    const batch = found.slice(0, batchSize);
    const states = await Promise.all(batch.map(({ executionId }) => readExecution(store, executionId)));
    const read = batch.flatMap((index, at) => {
      const state = states[at];
      return state !== undefined && isStateWanted(index, state, wanted) ? [{ index, state }] : [];
    });
    const taken = read.slice(0, limit - executions.length);
    executions.push(...taken.map(({ index, state }) => executionSummary(index, state)));
    if (taken.length === read.length && found.length <= batchSize) return { executions };
    const last = taken.length < read.length ? taken.at(-1)?.index : batch.at(-1);
    if (last !== undefined) after = positionOf(last);
  }
  return { executions, ...(after !== undefined && { next: after }) };
};

/** Executions that have not ended, oldest first. An ended one may be listed for as long as its books are open. */
export const unendedExecutions = async (store: RecordStore): Promise<readonly ExecutionIndex[]> =>
  (await store.openExecutions()).filter(({ status }) => !isTerminal(executionStatusSchema.parse(status)));

/** The same, each with what its row says. */
export const openExecutions = async (store: RecordStore): Promise<ExecutionSummary[]> => {
  const open = await unendedExecutions(store);
  const states = await Promise.all(open.map(({ executionId }) => readExecution(store, executionId)));
  return open.flatMap((index, at) => {
    const state = states[at];
    return state === undefined || isTerminal(state.status) ? [] : [executionSummary(index, state)];
  });
};
