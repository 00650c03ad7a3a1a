import type { CleanUpFact } from '../../../../contracts/clean-up-events.ts';
import type { Recorded } from '../../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { canonicalJson } from '../../kernel/canonical.ts';
import { evolveCleanUp, initialCleanUp, type CleanUpFactNamed } from '../clean-up/state.ts';
import { evolveExecution, initialExecution, type ExecutionState } from '../execution-state.ts';
import { waveOf } from '../wave/wave.ts';
import { initialWave } from '../wave/state.ts';
import { evolveWave } from '../wave/evolve.ts';
import type { Discrepancy } from './discrepancy.ts';
import { illegalInCleanUp, type DrillRecord } from './legal-clean-up.ts';
import { illegalInExecution } from './legal-execution.ts';
import { illegalInWave } from './legal-wave.ts';
import type { RestoredStream } from './restore-stream.ts';

export type WaveStart = Recorded<Extract<ExecutionFact, { type: 'WaveStarted' }>>;
type CleanUpEvent<Name extends CleanUpFact['type']> = Recorded<Extract<CleanUpFact, { type: Name }>>;

type ServersListed = Recorded<Extract<ExecutionFact, { type: 'WaveServersListed' }>>;

const isStart = (event: Recorded): event is WaveStart => event.type === 'WaveStarted';
const isListing = (event: Recorded): event is ServersListed => event.type === 'WaveServersListed';

/** Each start of a wave in an execution's events, with the servers that the events after it list. */
export const waveStarts = (events: readonly Recorded[]): readonly WaveStart[] => {
  const listings = events.filter(isListing);
  return events.filter(isStart).map((start) => {
    const { waveId, attempt, definition, serverCount } = start.data;
    if (serverCount === undefined) return start;
    const others = listings.filter(({ data }) => data.waveId === waveId && data.attempt === attempt);
    const servers = [...definition.servers, ...others.flatMap(({ data }) => data.servers)];
    return { ...start, data: { ...start.data, definition: { ...definition, servers } } };
  });
};

const isNamed =
  <Name extends CleanUpFact['type']>(name: Name) =>
  (event: Recorded): event is CleanUpEvent<Name> =>
    event.type === name;

/**
 * What the events of a clean-up say of the actions before it, in the words of an execution that starts the wave which
 * holds them: whoever asked for the run answers for them.
 */
export const actionStarts = (events: readonly Recorded[]): readonly WaveStart[] =>
  startsOfCleanUp(events, 'CleanUpActionsStarted');

const startsOfCleanUp = (
  events: readonly Recorded[],
  name: 'CleanUpActionsStarted' | 'CleanUpUndoStarted',
): readonly WaveStart[] => {
  const runs = events.filter(isNamed('CleanUpStarted'));
  return events.filter(isNamed(name)).map(({ metadata, data: said }): WaveStart => {
    const { run, waveId, attempt, definition } = said;
    const decidedBy = runs.find((started) => started.data.run === run)?.data.decidedBy;
    const data = { waveId, attempt, mode: 'DRILL' as const, definition, ...(decidedBy && { decidedBy }) };
    return { type: 'WaveStarted', metadata, data };
  });
};

/** The same of what it says of the reversals that it takes back. */
export const undoStarts = (events: readonly Recorded[]): readonly WaveStart[] =>
  startsOfCleanUp(events, 'CleanUpUndoStarted');

/** The actions of a wave that have succeeded, by its events. */
export const succeededIn = (events: readonly Recorded[]): readonly string[] =>
  events.flatMap((event) =>
    event.type === 'ActionCompleted' ? [(event.data as { readonly actionId: string }).actionId] : [],
  );

export interface FoldedStream<State = unknown> {
  readonly state: State;
  readonly discrepancies: readonly Discrepancy[];
}

/** Whose event it is follows from its stream; its data were checked against the contract of its name. */
const factsOf = <F>(restored: RestoredStream): readonly (F & Recorded)[] =>
  restored.events as readonly (F & Recorded)[];

const illegal = ({ type, metadata }: Recorded, why: string): Discrepancy => ({
  kind: 'illegal-transition',
  stream: metadata.stream,
  version: metadata.version,
  message: `${type}: ${why}`,
});

export const foldExecution = (restored: RestoredStream): FoldedStream<ExecutionState> => {
  const discrepancies: Discrepancy[] = [];
  let state = initialExecution;
  for (const fact of factsOf<ExecutionFact>(restored)) {
    const at = Date.parse(fact.metadata.emittedAt);
    const why = illegalInExecution(state, fact, at);
    if (why !== undefined) discrepancies.push(illegal(fact, why));
    state = evolveExecution(state, fact, at);
  }
  return { state, discrepancies };
};

/** `starts` are the attempts of this wave that its execution started. */
export const foldWave = (restored: RestoredStream, starts: readonly WaveStart[]): FoldedStream => {
  const discrepancies: Discrepancy[] = [];
  let state = initialWave;
  for (const fact of factsOf<WaveFact>(restored)) {
    const attempt = fact.data.attempt ?? state.attempt;
    const start = starts.find(({ data }) => data.attempt === attempt);
    if (start === undefined)
      discrepancies.push(illegal(fact, `the execution never started attempt ${attempt} of the wave`));
    else if (attempt < state.attempt)
      discrepancies.push(illegal(fact, `attempt ${state.attempt} had begun before`));
    else {
      const { mode, definition, relaunch } = start.data;
      const { executionId } = start.metadata;
      const why = illegalInWave(waveOf(executionId, mode, definition, attempt, state, relaunch), fact);
      if (why !== undefined) discrepancies.push(illegal(fact, why));
    }
    state = evolveWave(state, fact, Date.parse(fact.metadata.emittedAt));
  }
  return { state, discrepancies };
};

/** `record` is what the other streams of the execution say of the drill. */
export const foldCleanUp = (restored: RestoredStream, record: DrillRecord): FoldedStream => {
  const discrepancies: Discrepancy[] = [];
  let state = initialCleanUp;
  let actionsStarted: CleanUpFactNamed<'CleanUpActionsStarted'> | undefined;
  for (const fact of factsOf<CleanUpFact>(restored)) {
    const at = Date.parse(fact.metadata.emittedAt);
    const why = illegalInCleanUp(record, state, fact, at, actionsStarted);
    if (why !== undefined) discrepancies.push(illegal(fact, why));
    if (fact.type === 'CleanUpActionsStarted') actionsStarted = fact;
    state = evolveCleanUp(state, fact, at);
  }
  return { state, discrepancies };
};

/** Names the first member in which two states differ, so that the auditor need not look for it. */
export const stateDifference = (rebuilt: unknown, stored: unknown): string | undefined => {
  if (canonicalJson(rebuilt) === canonicalJson(stored)) return undefined;
  const members = (state: unknown): ReadonlyMap<string, unknown> =>
    new Map(Object.entries(typeof state === 'object' && state !== null ? state : {}));
  const [a, b] = [members(rebuilt), members(stored)];
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter(
    (name) => canonicalJson(a.get(name)) !== canonicalJson(b.get(name)),
  );
  return `the stored state differs from the events in ${differing.join(', ')}`;
};
