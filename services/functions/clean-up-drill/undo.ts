import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Sighting } from '../../core/domain/clean-up/sightings.ts';
import { undoes, type CleanUpState } from '../../core/domain/clean-up/state.ts';
import { beginUndo, endUndo } from '../../core/domain/clean-up/undo.ts';
import { whyStopped } from '../../core/domain/clean-up/actions-first.ts';
import { stopFact } from '../../core/domain/wave/stop.ts';
import { stageOf, waveOf } from '../../core/domain/wave/wave.ts';
import { groupBy } from '../../core/kernel/group-by.ts';
import { createTransact } from '../../core/kernel/transact.ts';
import { targetKey } from '../../core/readiness/target-facts.ts';
import { readGraph } from '../../core/streams/frozen-plan.ts';
import { holdForCleanUp, lostByCleanUp } from '../../core/streams/leases.ts';
import { readReversals, type Reversal } from '../../core/streams/reversals.ts';
import { undoOf, waveAddress, waveKind } from '../../core/streams/wave-stream.ts';
import type { CleaningUp } from './clean-up.ts';

const idsOf = (own: readonly Reversal[]): readonly string[] => own.map(({ server }) => server.sourceServerId);

/** The servers of these reversals by where they were recovered: there they are leased. */
const byPlace = (own: readonly Reversal[]) =>
  [...groupBy(own, ({ homeward }) => targetKey(homeward.away)).values()].flatMap((some) => {
    const [first] = some;
    return first === undefined ? [] : [{ target: first.homeward.away, ids: idsOf(some) }];
  });

/** What this drill made itself, and nobody needs: no other execution has it in hand, and no instance of it is kept. */
const toUndo = async (
  { ports: { store }, executionId }: CleaningUp,
  reversals: readonly Reversal[],
  sightings: readonly Sighting[],
): Promise<readonly string[]> => {
  const kept = new Set(
    sightings
      .filter(({ is, state }) => is === 'kept' && state !== 'gone')
      .map(({ sourceServerId }) => sourceServerId),
  );
  const own = reversals.filter(
    ({ isOurs, reversedId }) => isOurs && (reversedId === undefined || !kept.has(reversedId)),
  );
  const held = new Map<string, string>();
  for (const { target, ids } of byPlace(own))
    for (const [id, by] of await holdForCleanUp(store, executionId, target, ids)) held.set(id, by);
  return idsOf(own).filter((id) => !held.has(id));
};

/**
 * Has what the drill of a failback reversed stopped and deleted, behind the last of its instances: this service says that
 * it begins, learns from the wave how it ends, and makes none of the calls. Gives the clean-up once it is out of the
 * way; undefined while it goes on, or where it has ended the run.
 */
export const undoLast = async (
  cleaning: CleaningUp,
  sightings: readonly Sighting[],
  before: CleanUpState,
): Promise<CleanUpState | undefined> => {
  const { ports, executionId, execution } = cleaning;
  if (execution.direction !== 'failback') return before;
  const { closing } = await readGraph(ports.store, execution.frozenHash);
  if (closing.undo === undefined) return before;
  const reversals = await readReversals(ports.store, executionId, execution);
  let state = before;
  if (state.undo === undefined && state.keptBy === undefined)
    state = await begin(cleaning, closing.undo, reversals, sightings, state);
  if (undoes(state)) state = await follow(cleaning, closing.undo, reversals, state);
  return state.status !== 'RUNNING' || undoes(state) ? undefined : state;
};

const begin = async (
  cleaning: CleaningUp,
  wave: FrozenWave,
  reversals: readonly Reversal[],
  sightings: readonly Sighting[],
  { run }: CleanUpState,
): Promise<CleanUpState> => {
  const ids = new Set(await toUndo(cleaning, reversals, sightings));
  const servers = wave.servers.filter(({ sourceServerId }) => ids.has(sourceServerId));
  const { state } = await cleaning.change((current) =>
    current.run === run ? beginUndo(current, { ...wave, servers }) : [],
  );
  return state;
};

/** What the wave says counts, whoever asked for this look. A stop that ends it is a write of that wave's own record. */
const follow = async (
  cleaning: CleaningUp,
  frozen: FrozenWave,
  reversals: readonly Reversal[],
  before: CleanUpState,
): Promise<CleanUpState> => {
  const { ports, executionId, causationId } = cleaning;
  const attempt = before.run;
  const definition = undoOf(frozen, before);
  const { waveId } = definition;
  const own = reversals.filter(({ server }) => before.undo?.servers.includes(server.sourceServerId) === true);
  const lost: string[] = [];
  for (const { target, ids } of byPlace(own))
    lost.push(...(await lostByCleanUp(ports.store, executionId, target, ids)));
  const why = whyStopped(before, lost);
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
    endUndo(current, { definition, attempt }, stage, now),
  );
  return state;
};
