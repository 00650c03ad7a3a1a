import type { FrozenWave } from '../../../contracts/execution-events.ts';
import { graphOf, type Closing, type Graph } from '../domain/graph.ts';
import { hashOf } from '../kernel/canonical.ts';
import type { RecordStore } from '../ports/record-store.ts';

/** The part of a frozen plan that belongs to no single wave. */
interface FrozenHead {
  readonly waveIds: readonly string[];
  readonly timeoutMinutes: number;
  /** The names of its closing waves. */
  readonly closing?: Readonly<Partial<Record<keyof Closing, string>>>;
}

const headKey = (frozenHash: string) => ({ kind: 'frozen' as const, id: frozenHash });
const waveKey = (frozenHash: string, waveId: string) => ({
  kind: 'frozen' as const,
  id: `${frozenHash}/${waveId}`,
});

/** Stores what an execution will run under its own hash: writing it again writes the same, so it needs no guard. */
export const writeFrozenPlan = async (
  store: RecordStore,
  waves: readonly FrozenWave[],
  timeoutMinutes: number,
  closing: Closing = {},
): Promise<string> => {
  const last = Object.values<FrozenWave>({ ...closing });
  const frozenHash = hashOf({ waves, timeoutMinutes, ...(last.length > 0 && { closing }) });
  const head: FrozenHead = {
    waveIds: waves.map((wave) => wave.waveId),
    timeoutMinutes,
    ...(last.length > 0 && {
      closing: Object.fromEntries(
        Object.entries<FrozenWave>({ ...closing }).map(([name, { waveId }]) => [name, waveId]),
      ),
    }),
  };
  await Promise.all(
    [...waves, ...last].map((wave) => store.write(waveKey(frozenHash, wave.waveId), wave, 0)),
  );
  await store.write(headKey(frozenHash), head, 0);
  return frozenHash;
};

export const readFrozenWave = async (
  store: RecordStore,
  frozenHash: string,
  waveId: string,
): Promise<FrozenWave> => {
  const stored = await store.read<FrozenWave>(waveKey(frozenHash, waveId));
  if (stored === undefined) throw new Error(`wave ${waveId} of frozen plan ${frozenHash} is not stored`);
  return stored.body;
};

const readHead = async (store: RecordStore, frozenHash: string): Promise<FrozenHead> => {
  const stored = await store.read<FrozenHead>(headKey(frozenHash));
  if (stored === undefined) throw new Error(`frozen plan ${frozenHash} is not stored`);
  return stored.body;
};

/** How long the execution may take before an operator is asked. */
export const readTimeoutMinutes = async (store: RecordStore, frozenHash: string): Promise<number> =>
  (await readHead(store, frozenHash)).timeoutMinutes;

/** The wave of the plan's actions before its clean-up; undefined where it has none, or belongs to a real recovery. */
export const readBeforeCleanUp = async (
  store: RecordStore,
  frozenHash: string,
): Promise<FrozenWave | undefined> => {
  const { closing } = await readHead(store, frozenHash);
  return closing?.beforeCleanUp === undefined
    ? undefined
    : readFrozenWave(store, frozenHash, closing.beforeCleanUp);
};

export type GraphReader = (store: RecordStore, frozenHash: string) => Promise<Graph>;

/** Reads graphs, and keeps the newest few for as long as it lives: what is stored under a hash never changes. */
export const createGraphReader = (keptMax = 16): GraphReader => {
  const kept = new Map<string, Graph>();
  return async (store, frozenHash) => {
    const known = kept.get(frozenHash);
    if (known !== undefined) return known;
    const head = await readHead(store, frozenHash);
    const read = (waveId: string) => readFrozenWave(store, frozenHash, waveId);
    const waves = await Promise.all(head.waveIds.map(read));
    const { onFailure, onCancel, beforeCleanUp, undo } = head.closing ?? {};
    const graph = graphOf(waves, head.timeoutMinutes, {
      ...(onFailure !== undefined && { onFailure: await read(onFailure) }),
      ...(onCancel !== undefined && { onCancel: await read(onCancel) }),
      ...(beforeCleanUp !== undefined && { beforeCleanUp: await read(beforeCleanUp) }),
      ...(undo !== undefined && { undo: await read(undo) }),
    });
    kept.set(frozenHash, graph);
    const oldest = kept.keys().next().value;
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return graph;
  };
};

const readers = new WeakMap<RecordStore, GraphReader>();

/** Reads as a graph reader of the store's own, which keeps what it has read for as long as the store is there. */
export const readGraph: GraphReader = (store, frozenHash) => {
  const reader = readers.get(store) ?? createGraphReader();
  readers.set(store, reader);
  return reader(store, frozenHash);
};
