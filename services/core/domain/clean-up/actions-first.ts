import type { CleanUpFact, ToldInstance } from '../../../../contracts/clean-up-events.ts';
import { toldInstancesMax } from '../../../../contracts/told-instances.ts';
import type { FrozenWave } from '../../../../contracts/execution-events.ts';
import { firstNamed } from '../../kernel/bounded-texts.ts';
import { asksAboutServers } from '../actions/kinds.ts';
import type { WaveStage } from '../wave/wave.ts';
import type { Sighting } from './sightings.ts';
import { runsActions, type CleanUpState } from './state.ts';
import { givingUp } from './work.ts';

/**
 * Why the actions must not begin now; undefined when nothing speaks against them. They act on names that the drill
 * shares with whatever else recovers its servers: what another execution holds or runs, they could take apart.
 * `others`: who holds servers of the drill, by server.
 */
export const whyNotBegun = (
  others: ReadonlyMap<string, string>,
  sightings: readonly Sighting[],
): string | undefined => {
  const held = [...others].map(([server, executionId]) => `execution ${executionId} holds ${server}`);
  if (held.length > 0) return firstNamed(held);
  const foreign = sightings.filter(
    ({ is, state, existed }) => is === 'foreign' && state !== 'gone' && !existed,
  );
  return foreign.length === 0
    ? undefined
    : `other machines run for its servers: ${firstNamed(foreign.map(({ instanceId, sourceServerId }) => `${instanceId} of ${sourceServerId}`))}`;
};

const inWave = ({ run }: CleanUpState, { waveId }: Pick<FrozenWave, 'waveId'>) => ({
  run,
  waveId,
  attempt: run,
});

/** Whether an action refers to the servers whose instances are to be ended. */
export const refersToServers = ({ before }: Pick<FrozenWave, 'before'>): boolean =>
  before.flat().some(asksAboutServers);

/** EC2 and DRS show a new instance a moment late. */
const unclearMs = 180_000;

/** Whether it cannot be told yet of which instances the actions are to be told: DRS and EC2 do not agree on one. */
export const isUnclear = (
  { startedAt }: Pick<CleanUpState, 'startedAt'>,
  definition: Pick<FrozenWave, 'before'>,
  sightings: readonly Sighting[],
  now: number,
): boolean =>
  now < startedAt + unclearMs &&
  refersToServers(definition) &&
  sightings.some(
    ({ is, state }) => (is === 'stuck' && state !== 'gone') || (is === 'own' && state === 'going'),
  );

/** What the run is to end, as far as DRS and EC2 show it. */
const instancesToTell = (
  { kept }: Pick<CleanUpState, 'kept'>,
  sightings: readonly Sighting[],
): readonly ToldInstance[] =>
  sightings.flatMap(({ is, state, instanceId, sourceServerId, account, region }) =>
    is === 'own' && state === 'running' && kept[instanceId] === undefined
      ? [{ instanceId, sourceServerId, account, region }]
      : [],
  );

/** The actions begin, once in each run, unless a person keeps the instances meanwhile. */
export const beginActions = (
  state: CleanUpState,
  definition: FrozenWave,
  sightings: readonly Sighting[],
  now: number,
): readonly CleanUpFact[] => {
  if (state.status !== 'RUNNING' || state.actions?.status !== 'DUE' || state.keptBy !== undefined) return [];
  const data = { ...inWave(state, definition), definition };
  if (!refersToServers(definition)) return [{ type: 'CleanUpActionsStarted', data }];
  const instances = instancesToTell(state, sightings);
  return instances.length > toldInstancesMax
    ? refuseActions(
        state,
        `they refer to ${instances.length} instances, and can be given at most ${toldInstancesMax}`,
        now,
      )
    : [{ type: 'CleanUpActionsStarted', data: { ...data, instances: [...instances] } }];
};

const failing = (state: CleanUpState, reason: string, now: number): readonly CleanUpFact[] =>
  givingUp(state, reason, now, reason, { actions: 'failed' });

/** They cannot begin: nothing is ended, and a person is asked. */
export const refuseActions = (state: CleanUpState, why: string, now: number): readonly CleanUpFact[] =>
  state.status === 'RUNNING' && state.actions?.status === 'DUE' && state.keptBy === undefined
    ? failing(state, `the actions before the clean-up were not begun: ${why}`, now)
    : [];

/**
 * The end of the actions, as their wave says: instances are ended next if they succeeded, or a person is asked.
 * Nothing while something of them runs, or may.
 */
export const endActions = (
  state: CleanUpState,
  { definition, attempt }: { readonly definition: Pick<FrozenWave, 'waveId'>; readonly attempt: number },
  stage: WaveStage,
  now: number,
): readonly CleanUpFact[] => {
  if (!runsActions(state) || state.run !== attempt || stage.stage !== 'settled') return [];
  const outcome = stage.outcome === 'PARTIAL' ? 'COMPLETED' : stage.outcome;
  const reasons = [...stage.reasons];
  const ended: CleanUpFact = {
    type: 'CleanUpActionsEnded',
    data: { ...inWave(state, definition), outcome, reasons },
  };
  const isOver = outcome === 'COMPLETED' || state.keptBy !== undefined;
  const said = outcome === 'FAILED' ? 'did not succeed' : 'were stopped';
  return isOver
    ? [ended]
    : [ended, ...failing(state, `the actions before the clean-up ${said}: ${reasons.join('; ')}`, now)];
};

/** Why actions that go on are to be stopped; undefined while they may go on. `lost`: servers that are no longer the clean-up's. */
export const whyStopped = ({ keptBy }: CleanUpState, lost: readonly string[]): string | undefined => {
  if (keptBy !== undefined) return `${keptBy} keeps the instances`;
  return lost.length === 0 ? undefined : `another execution has taken ${firstNamed(lost)}`;
};
