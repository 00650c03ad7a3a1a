import type { Target } from '../../../contracts/plan.ts';
import type { CleanUpState } from '../../core/domain/clean-up/state.ts';
import { sightingsIn, type Sighting } from '../../core/domain/clean-up/sightings.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import { createGraphReader } from '../../core/streams/frozen-plan.ts';
import { readWaveState } from '../../core/streams/wave-stream.ts';
import type { CleaningUp } from './clean-up.ts';

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

const readGraph = createGraphReader();

/** Waves that never had a job launched nothing, and are left out. */
export const readLaunched = async ({
  ports: { store },
  executionId,
  execution,
}: Pick<CleaningUp, 'ports' | 'executionId' | 'execution'>): Promise<readonly Launched[]> => {
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
      servers: new Set([...(known?.servers ?? []), ...servers.map(({ sourceServerId }) => sourceServerId)]),
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

/** Every instance of these servers as DRS and EC2 show it now, those of `also` even where no tag names a server. */
export const lookAt = async (
  recovery: RecoveryService,
  launched: Launched,
  state: Pick<CleanUpState, 'kept' | 'keptBy'>,
  servers: readonly string[] = [...launched.servers],
  also: readonly string[] = [],
): Promise<readonly Sighting[]> => {
  const { target, jobIds, existedBefore } = launched;
  const { account, region } = target;
  const recorded = await recovery.describeRecoveryInstances(target, servers);
  const tagged = await recovery.describeMachinesOf(target, servers);
  const shown = new Set(tagged.map(({ instanceId }) => instanceId));
  const others = [...new Set([...recorded.map(({ instanceId }) => instanceId), ...also])].filter(
    (id) => !shown.has(id),
  );
  const machines = [
    ...tagged,
    ...(others.length === 0 ? [] : await recovery.describeMachines(target, others)),
  ];
  return sightingsIn({
    ...{ account, region, jobIds, existedBefore, recorded, machines },
    servers: new Set(servers),
    kept: state.kept,
    ...(state.keptBy !== undefined && { keptBy: state.keptBy }),
  });
};
