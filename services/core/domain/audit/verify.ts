import { groupBy } from '../../kernel/group-by.ts';
import { isCleanUpStream } from '../../kernel/stream-names.ts';
import { isBeforeCleanUp } from '../closing.ts';
import { initialExecution } from '../execution-state.ts';
import type { Discrepancy, Effect, StoredStream, Verdict } from './discrepancy.ts';
import { effectsOf } from './effects.ts';
import {
  actionStarts,
  foldCleanUp,
  foldExecution,
  foldWave,
  stateDifference,
  succeededIn,
  undoStarts,
  waveStarts,
  type WaveStart,
} from './fold-streams.ts';
import type { DrillRecord } from './legal-clean-up.ts';
import { readArchived, type ArchivedEvent } from './read-archived.ts';
import { restoreStream, type RestoredStream } from './restore-stream.ts';

export interface AuditInput {
  /** In any order, doubled, in part. */
  readonly events: readonly ArchivedEvent[];
  /** Every stream that ought to be there; undefined: the events are verified in themselves alone. */
  readonly stored?: readonly StoredStream[];
}

const executionOf = (stream: string): string => stream.split('/')[0] ?? stream;
const isExecution = (stream: string): boolean => !stream.includes('/');
const waveOf = (stream: string): string => stream.slice(stream.indexOf('/') + 1);

const startsIn = (restored: readonly RestoredStream[]): ReadonlyMap<string, readonly WaveStart[]> =>
  groupBy(
    restored.flatMap(({ stream, events }) => {
      if (isExecution(stream)) return waveStarts(events);
      return isCleanUpStream(stream) ? [...actionStarts(events), ...undoStarts(events)] : [];
    }),
    (start) => start.data.waveId,
  );

/** What an execution's other streams say of it as a drill; a clean-up begins only after its end. */
const drillIn = (restored: readonly RestoredStream[]): DrillRecord => {
  const own = restored.find(({ stream }) => isExecution(stream));
  const jobIds = restored.flatMap(({ events }) =>
    events.flatMap(({ type, data }) =>
      type === 'DRSJobStarted' ? [(data as { readonly jobId: string }).jobId] : [],
    ),
  );
  const actionsDone = restored.flatMap(({ stream, events }) =>
    isBeforeCleanUp(waveOf(stream)) ? succeededIn(events) : [],
  );
  return {
    actionsDone: new Set(actionsDone),
    drill: own === undefined ? initialExecution : foldExecution(own).state,
    jobIds: new Set(jobIds),
  };
};

interface Judged {
  readonly discrepancies: readonly Discrepancy[];
  readonly effects: readonly Effect[];
  readonly unfolded: readonly string[];
}

/** All streams of one execution, whose restored events explain each other. */
const judgeExecution = (
  executionId: string,
  restored: readonly RestoredStream[],
  storedOf: (stream: string) => StoredStream | undefined,
): Judged => {
  const discrepancies: Discrepancy[] = [];
  const unfolded: string[] = [];
  const starts = startsIn(restored);
  const executionIsWhole = restored.some(({ stream, whole }) => isExecution(stream) && whole);
  for (const each of restored) {
    const { stream, whole } = each;
    if (!whole || !executionIsWhole) {
      unfolded.push(stream);
      continue;
    }
    const waveId = stream.slice(executionId.length + 1);
    const folded = isExecution(stream)
      ? foldExecution(each)
      : isCleanUpStream(stream)
        ? foldCleanUp(each, drillIn(restored))
        : foldWave(each, starts.get(waveId) ?? []);
    discrepancies.push(...folded.discrepancies);
    const stored = storedOf(stream);
    const message = stored && stateDifference(folded.state, stored.state);
    if (message !== undefined) discrepancies.push({ kind: 'state-differs', stream, message });
  }
  const known = effectsOf(
    executionId,
    restored.flatMap(({ events }) => events),
    starts,
  );
  // What is missing or damaged is named already, and would leave effects without causes.
  if (unfolded.length === 0) discrepancies.push(...known.discrepancies);
  return { discrepancies, effects: known.effects, unfolded };
};

const unknownStream = (stream: string): Discrepancy => ({
  kind: 'inserted',
  stream,
  message: 'nothing is stored of this stream',
});

/**
 * Rebuilds every stream from its events alone and checks it against the state table: gaps, forks, hashes,
 * links, transitions that the state machines would not make, the state, and each effect's cause, actor and
 * decision. Pure; the verdict names every discrepancy.
 */
export const verify = ({ events, stored }: AuditInput): Verdict => {
  const readings = events.map(readArchived);
  const recorded = readings.flatMap((reading) => ('event' in reading ? [reading.event] : []));
  const storedByStream = new Map((stored ?? []).map((each) => [each.stream, each]));
  const found = groupBy(recorded, ({ metadata }) => metadata.stream);
  const streams = [...new Set([...storedByStream.keys(), ...found.keys()])].sort();
  const restored = streams.map((stream) =>
    restoreStream(stream, found.get(stream) ?? [], storedByStream.get(stream)),
  );
  const judged = [...groupBy(restored, ({ stream }) => executionOf(stream))].map(([id, ofExecution]) =>
    judgeExecution(id, ofExecution, (stream) => storedByStream.get(stream)),
  );
  const strays = stored === undefined ? [] : streams.filter((stream) => !storedByStream.has(stream));
  const discrepancies = [
    ...readings.flatMap((reading) => ('discrepancy' in reading ? [reading.discrepancy] : [])),
    ...strays.map(unknownStream),
    ...restored.flatMap((each) => each.discrepancies),
    ...judged.flatMap((each) => each.discrepancies),
  ];
  return {
    sound: discrepancies.length === 0,
    streams: streams.length,
    events: recorded.length,
    doubled: restored.reduce((sum, each) => sum + each.doubled, 0),
    discrepancies,
    effects: judged.flatMap((each) => each.effects),
    unfolded: judged.flatMap((each) => each.unfolded),
  };
};
