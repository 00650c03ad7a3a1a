import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import type { WaveState } from '../domain/wave/state.ts';
import type { ExecutionState } from '../domain/execution-state.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readGraph } from './frozen-plan.ts';
import { readWaveState } from './wave-stream.ts';

/** What a drill launched in one account and Region, by its own records alone. */
export interface Launched {
  readonly target: Target;
  readonly servers: ReadonlySet<string>;
  /** The jobs that it claimed and that DRS confirmed. */
  readonly jobIds: ReadonlySet<string>;
  /** The instances of which its waves have results. */
  readonly instanceIds: ReadonlySet<string>;
  /** Machines that existed before and that its launches may have gone into. */
  readonly existedBefore: ReadonlySet<string>;
}

/** What DRS launched them for: of a launch at home the reversed servers. */
const launchedOf = (servers: FrozenWave['servers'], { reversed }: WaveState): readonly string[] =>
  reversed === undefined ? servers.map(({ sourceServerId }) => sourceServerId) : Object.values(reversed);

/** Waves that never had a job launched nothing, and are left out. */
export const readLaunched = async (
  store: RecordStore,
  executionId: string,
  execution: Pick<ExecutionState, 'frozenHash' | 'waves' | 'allowReplacing'>,
): Promise<readonly Launched[]> => {
  const places = new Map<string, Launched>();
  if (execution.frozenHash === '') return [];
  const graph = await readGraph(store, execution.frozenHash);
  for (const waveId of Object.keys(execution.waves)) {
    const definition = graph.waves[waveId];
    const state = definition && (await readWaveState(store, executionId, waveId));
    if (definition === undefined || state === undefined || state.jobIds.length === 0) continue;
    const { target, servers, drillsInto = [] } = definition;
    const instanceIds = Object.values(state.results).flatMap(({ instanceId }) => instanceId ?? []);
    const key = `${target.account}/${target.region}`;
    const known = places.get(key);
    places.set(key, {
      target: known?.target ?? target,
      servers: new Set([...(known?.servers ?? []), ...launchedOf(servers, state)]),
      jobIds: new Set([...(known?.jobIds ?? []), ...state.jobIds]),
      instanceIds: new Set([...(known?.instanceIds ?? []), ...instanceIds]),
      existedBefore: new Set([
        ...(known?.existedBefore ?? []),
        ...drillsInto,
        ...(execution.allowReplacing ?? []),
      ]),
    });
  }
  return [...places.values()];
};
