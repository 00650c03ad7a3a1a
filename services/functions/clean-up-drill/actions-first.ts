import type { FrozenWave } from '../../../contracts/execution-events.ts';
import {
  beginActions,
  endActions,
  isUnclear,
  refuseActions,
  whyNotBegun,
  whyStopped,
} from '../../core/domain/clean-up/actions-first.ts';
import { awaitsActions, runsActions, type CleanUpState } from '../../core/domain/clean-up/state.ts';
import { stopFact } from '../../core/domain/wave/stop.ts';
import { stageOf, waveOf } from '../../core/domain/wave/wave.ts';
import { createTransact } from '../../core/kernel/transact.ts';
import { readBeforeCleanUp } from '../../core/streams/frozen-plan.ts';
import type { Launched } from '../../core/streams/launched.ts';
import { lostByCleanUp } from '../../core/streams/leases.ts';
import { waveAddress, waveKind } from '../../core/streams/wave-stream.ts';
import type { CleaningUp } from './clean-up.ts';
import { holdServers, lookAtAll } from './drill.ts';

/**
 * Has the plan's actions run before the first instance is ended: this service says that they begin, learns from
 * their wave how they end, and starts none of them itself. Gives the clean-up once they are out of the way; undefined
 * while they go on, or where they have ended the run.
 */
export const actionsFirst = async (
  cleaning: CleaningUp,
  places: readonly Launched[],
  before: CleanUpState,
): Promise<CleanUpState | undefined> => {
  if (!awaitsActions(before)) return before;
  const { ports, execution } = cleaning;
  const definition = await readBeforeCleanUp(ports.store, execution.frozenHash);
  if (definition === undefined)
    throw new Error(`frozen plan ${execution.frozenHash} lacks the actions before its clean-up`);
  let state = before;
  if (state.actions?.status === 'DUE' && state.keptBy === undefined)
    state = await begin(cleaning, places, state, definition);
  if (runsActions(state)) state = await follow(cleaning, places, state, definition);
  const isInTheWay = runsActions(state) || (awaitsActions(state) && state.keptBy === undefined);
  return state.status !== 'RUNNING' || isInTheWay ? undefined : state;
};

const begin = async (
  cleaning: CleaningUp,
  places: readonly Launched[],
  before: CleanUpState,
  definition: FrozenWave,
): Promise<CleanUpState> => {
  const others = await holdServers(cleaning, places);
  const sightings = await lookAtAll(cleaning, places, before);
  const why = whyNotBegun(others, sightings);
  const { state } = await cleaning.change((current, now) => {
    if (current.run !== before.run) return [];
    if (why !== undefined) return refuseActions(current, why, now);
    return isUnclear(current, definition, sightings, now)
      ? []
      : beginActions(current, definition, sightings, now);
  });
  return state;
};

const lostServers = async (
  { ports: { store }, executionId }: CleaningUp,
  places: readonly Launched[],
): Promise<readonly string[]> => {
  const lost: string[] = [];
  for (const { target, servers } of places)
    lost.push(...(await lostByCleanUp(store, executionId, target, [...servers])));
  return lost;
};

/** What their wave says counts, whoever asked for this look. A stop that ends them is a write of that wave's own record. */
const follow = async (
  cleaning: CleaningUp,
  places: readonly Launched[],
  before: CleanUpState,
  definition: FrozenWave,
): Promise<CleanUpState> => {
  const { ports, executionId, causationId } = cleaning;
  const { waveId } = definition;
  const attempt = before.run;
  const why = whyStopped(before, await lostServers(cleaning, places));
  const stageIn = (wave: Parameters<typeof waveOf>[4]) =>
    stageOf(waveOf(executionId, 'DRILL', definition, attempt, wave));
  const transact = createTransact('clean-up-drill', ports, waveKind);
  const { state: wave } = await transact(waveAddress(executionId, waveId), causationId, (current) =>
    why === undefined || current.attempt > attempt || stageIn(current).stage === 'settled'
      ? []
      : stopFact(current, { waveId, attempt }, why),
  );
  const stage = stageIn(wave);
  const { state } = await cleaning.change((current, now) =>
    endActions(current, { definition, attempt }, stage, now),
  );
  return state;
};
