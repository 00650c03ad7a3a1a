import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredStream, Verdict } from '../../core/domain/audit/discrepancy.ts';
import { verify } from '../../core/domain/audit/verify.ts';
import type { ExecutionState } from '../../core/domain/execution-state.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { AuditReplays, ReplayProgress } from '../../core/ports/replays.ts';
import { unknownExecution } from './named-execution.ts';
import { countRun, readRun, readStreams } from '../../core/streams/audit-trail.ts';

export interface AuditPorts {
  readonly store: RecordStore;
  readonly replays: AuditReplays;
  /** Called with what is going on. */
  readonly say: (line: string) => void;
}

/** An execution, or everything that was said from one instant to another. Epoch ms. */
export type AuditScope =
  { readonly executionId: string } | { readonly fromMs: number; readonly toMs: number };

export interface Audit {
  readonly replay: string;
  readonly verdict: Verdict;
}

/** There is nothing of that id to audit. */
export class UnknownExecutionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnknownExecutionError';
  }
}

/** The archive cannot be replayed, or the replay did not reach its end. */
export class ReplayFailedError extends Error {
  constructor(name: string, { state, reason }: ReplayProgress) {
    super(`The replay ${name} ended as ${state}${reason === undefined ? '' : `: ${reason}`}`);
    this.name = 'ReplayFailedError';
  }
}

const pollMs = 1_000;

/** A request is on record before its execution starts. */
const marginMs = 5 * 60_000;

/** From before the request to the last thing that was said, as the live records or the state know it. */
const windowOf = async (store: RecordStore, executionId: string, stored: readonly StoredStream[]) => {
  const state = stored.find(({ stream }) => stream === executionId)?.state as ExecutionState | undefined;
  if (state === undefined) throw new UnknownExecutionError(await unknownExecution(store, executionId));
  const live = await readRun(store, 'live', executionId);
  const said = live.map(({ emittedAt }) => Date.parse(emittedAt)).filter((at) => !Number.isNaN(at));
  const ends = [state.startedAt, state.endedAt, ...said];
  const isOpen = state.endedAt === 0 && said.length === 0;
  const toMs = Math.max(...ends, isOpen ? Date.now() : 0);
  return { fromMs: Math.min(state.startedAt, ...said) - marginMs, toMs: toMs + 1_000 };
};

/** Waits for the end of the replay. */
const follow = async ({ replays, store, say }: AuditPorts, name: string): Promise<void> => {
  let shown = '';
  for (;;) {
    const progress = await replays.describe(name);
    const { state, replayedTo } = progress;
    const to = replayedTo === undefined ? '' : `, up to ${new Date(replayedTo).toISOString()}`;
    const line = `${name}: ${state}${to}, ${await countRun(store, name)} events recorded`;
    if (line !== shown) say(line);
    shown = line;
    if (state === 'COMPLETED') return;
    if (state === 'FAILED' || state === 'CANCELLED') throw new ReplayFailedError(name, progress);
    await sleep(pollMs);
  }
};

/** A replay's last events are on their way when it has ended: they are waited for until `expected`, or until none comes. */
const settle = async (
  store: RecordStore,
  name: string,
  executionId: string | undefined,
  expected: number,
  patienceMs: number,
): Promise<void> => {
  let count = await countRun(store, name, executionId);
  for (let quietMs = 0; quietMs < patienceMs && count < expected; quietMs += pollMs) {
    await sleep(pollMs);
    const now = await countRun(store, name, executionId);
    if (now !== count) quietMs = 0;
    count = now;
  }
};

const streamsIn = async (
  store: RecordStore,
  fromMs: number,
  toMs: number,
  seen: readonly string[],
): Promise<readonly StoredStream[]> => {
  const executions = (await store.list('stream', '')).filter((id) => !id.includes('/'));
  const streams: StoredStream[] = [];
  for (const executionId of executions) {
    const stored = await readStreams(store, executionId);
    const state = stored.find(({ stream }) => stream === executionId)?.state as ExecutionState;
    const isInside = state.startedAt >= fromMs && state.startedAt <= toMs;
    if (isInside || seen.includes(executionId)) streams.push(...stored);
  }
  return streams;
};

/** Replays the archive to the audit alone and verifies what came of it. `patienceMs`: how long a silence is the end. */
export const auditByReplay = async (
  ports: AuditPorts,
  scope: AuditScope,
  patienceMs: number,
): Promise<Audit> => {
  const { store, replays } = ports;
  const replay = `audit-${'executionId' in scope ? scope.executionId : 'window'}-${randomUUID().slice(0, 8)}`;
  if ('executionId' in scope) {
    const { executionId } = scope;
    const stored = await readStreams(store, executionId);
    const { fromMs, toMs } = await windowOf(store, executionId, stored);
    await replays.start(replay, fromMs, toMs);
    await follow(ports, replay);
    const expected = stored.reduce((sum, { version }) => sum + version, 0);
    await settle(store, replay, executionId, expected, patienceMs);
    const events = await readRun(store, replay, executionId);
    return { replay, verdict: verify({ events, stored }) };
  }
  await replays.start(replay, scope.fromMs, scope.toMs);
  await follow(ports, replay);
  await settle(store, replay, undefined, Number.POSITIVE_INFINITY, patienceMs);
  const events = await readRun(store, replay);
  const seen = [...new Set(events.map(({ executionId }) => executionId))];
  const stored = await streamsIn(store, scope.fromMs, scope.toMs, seen);
  return { replay, verdict: verify({ events, stored }) };
};
