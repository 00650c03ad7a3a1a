import type { WaveFact } from '../../../contracts/wave-events.ts';
import type { FrozenWave } from '../../../contracts/execution-events.ts';
import { isBeforeCleanUp, isUndo } from '../domain/closing.ts';
import { runsActions, undoes, type CleanUpState } from '../domain/clean-up/state.ts';
import type { ExecutionState, WaveProgress } from '../domain/execution-state.ts';
import { waveOf, type Wave } from '../domain/wave/wave.ts';
import { initialWave, type WaveState } from '../domain/wave/state.ts';
import { evolveWave } from '../domain/wave/evolve.ts';
import { readStream } from '../kernel/read-stream.ts';
import { waveStream } from '../kernel/stream-names.ts';
import type { StreamAddress, StreamKind } from '../kernel/transact.ts';
import type { RecordStore } from '../ports/record-store.ts';
import { readCleanUp } from './clean-up-stream.ts';
import { readExecution } from './execution-stream.ts';
import { readFrozenWave } from './frozen-plan.ts';

export const waveKind: StreamKind<WaveState, WaveFact> = {
  initialState: initialWave,
  evolve: evolveWave,
  tooLarge: ({ waveId }, why) => ({
    type: 'OperatorNeeded',
    data: {
      ...(waveId !== undefined && { waveId }),
      about: 'record-too-large',
      why: `What has happened cannot be saved, and the wave stands still. ${why}`,
      choices: ['cancel'],
    },
  }),
};

export const waveAddress = (executionId: string, waveId: string): StreamAddress => ({
  stream: waveStream(executionId, waveId),
  executionId,
  waveId,
});

export const readWaveState = async (
  store: RecordStore,
  executionId: string,
  waveId: string,
): Promise<WaveState> => {
  const stored = await readStream<WaveState>(store, waveStream(executionId, waveId));
  return stored?.body.state ?? initialWave;
};

/** A wave that has started, with what its execution says about it. */
export interface StartedWave {
  readonly execution: ExecutionState;
  readonly attempt: number;
  /** The wave as any state of its stream makes it, at the attempt that the execution has reached. */
  readonly at: (state: WaveState) => Wave;
  readonly address: StreamAddress;
}

type Progress = Pick<WaveProgress, 'status' | 'attempt' | 'hadRunningJobs' | 'relaunch'>;

/** Of the waves that run in the clean-up of a drill says that clean-up, since the execution has ended. */
const progressInCleanUp = (cleanUp: CleanUpState, waveId: string): Progress | undefined =>
  (isUndo(waveId) ? undoes(cleanUp) : runsActions(cleanUp))
    ? { status: 'STARTED', attempt: cleanUp.run }
    : undefined;

/** The clean-up says which servers its run has to see to. */
export const undoOf = (definition: FrozenWave, { undo }: Pick<CleanUpState, 'undo'>): FrozenWave => ({
  ...definition,
  servers: definition.servers.filter(({ sourceServerId: id }) => undo?.servers.includes(id) === true),
});

/** Started, and not concluded. */
export const isStarted = ({ status }: Progress): boolean => status === 'STARTED';

/** Started, or complete while DRS may still run jobs of it. */
export const mayHaveJobs = (progress: Progress): boolean =>
  isStarted(progress) || progress.hadRunningJobs === true;

/** Undefined unless the execution itself, or its clean-up, says that the wave is so: an event that claims it proves nothing. */
export const readStartedWave = async (
  store: RecordStore,
  executionId: string,
  waveId: string,
  isWanted: (progress: Progress) => boolean = isStarted,
): Promise<StartedWave | undefined> => {
  const execution = await readExecution(store, executionId);
  const isCleanUps = isBeforeCleanUp(waveId) || isUndo(waveId);
  const cleanUp = isCleanUps ? await readCleanUp(store, executionId) : undefined;
  const progress = cleanUp ? progressInCleanUp(cleanUp, waveId) : execution.waves[waveId];
  if (progress === undefined || !isWanted(progress)) return undefined;
  const frozen = await readFrozenWave(store, execution.frozenHash, waveId);
  const definition = cleanUp && isUndo(waveId) ? undoOf(frozen, cleanUp) : frozen;
  return {
    execution,
    attempt: progress.attempt,
    at: (state) =>
      waveOf(executionId, execution.mode, definition, progress.attempt, state, progress.relaunch),
    address: waveAddress(executionId, waveId),
  };
};
