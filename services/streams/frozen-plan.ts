import type { FrozenWave } from '../../contracts/execution-events.ts';
import { graphOf, type Graph } from '../domain/graph.ts';
import { hashOf } from '../kernel/canonical.ts';
import type { RecordStore } from '../ports/record-store.ts';

/** The part of a frozen plan that belongs to no single wave. */
interface FrozenHead {
  readonly waveIds: readonly string[];
  readonly timeoutMinutes: number;
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
): Promise<string> => {
  const frozenHash = hashOf({ waves, timeoutMinutes });
  const head: FrozenHead = { waveIds: waves.map((wave) => wave.waveId), timeoutMinutes };
  await Promise.all(waves.map((wave) => store.write(waveKey(frozenHash, wave.waveId), wave, 0)));
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

export type GraphReader = (store: RecordStore, frozenHash: string) => Promise<Graph>;

/** Reads graphs, and keeps the newest few for as long as it lives: what is stored under a hash never changes. */
export const createGraphReader = (keptMax = 16): GraphReader => {
  const kept = new Map<string, Graph>();
  return async (store, frozenHash) => {
    const known = kept.get(frozenHash);
    if (known !== undefined) return known;
    const head = await store.read<FrozenHead>(headKey(frozenHash));
    if (head === undefined) throw new Error(`frozen plan ${frozenHash} is not stored`);
    const waves = await Promise.all(
      head.body.waveIds.map((waveId) => readFrozenWave(store, frozenHash, waveId)),
    );
    const graph = graphOf(waves, head.body.timeoutMinutes);
    kept.set(frozenHash, graph);
    const oldest = kept.keys().next().value;
    if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    return graph;
  };
};
