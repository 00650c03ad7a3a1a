import type { WaveFact } from '../../../contracts/wave-events.ts';
import type { ExecutionState } from '../domain/execution-state.ts';
import type { Wave } from '../domain/wave/wave.ts';
import { createTransact, type TransactPorts } from '../kernel/transact.ts';
import type { Decider, WokenService } from '../../../contracts/services.ts';
import type { Wake } from '../ports/timers.ts';
import {
  isStarted,
  mayHaveJobs,
  readStartedWave,
  readWaveState,
  waveAddress,
  waveKind,
} from './wave-stream.ts';

/** A started wave in the hands of one service, for as long as it handles one delivery. */
export interface WaveSession {
  readonly execution: ExecutionState;
  readonly executionId: string;
  readonly waveId: string;
  readonly read: () => Promise<Wave>;
  /**
   * Saves what `decide` gives for the wave as it then is, and publishes it, at once or with the next change. Once
   * the wave has been retried nothing is decided: the new attempt's jobs and actions bear the numbers of the old.
   */
  readonly change: (
    decide: (wave: Wave, now: number) => readonly WaveFact[],
    publishing?: 'now' | 'later',
  ) => Promise<{ readonly wave: Wave; readonly facts: readonly WaveFact['type'][] }>;
  /** The timer by which this or another service looks at the wave. */
  readonly wakeFor: (service: WokenService) => Wake;
}

/**
 * Undefined unless the wake names a wave that its execution has started and not concluded, or for whoever watches its
 * jobs one of which DRS may still run some. Of any other wave
 * only that is published which a crash left in its outbox: nobody else would.
 */
export const openWave = async (
  ports: TransactPorts,
  speaker: Decider,
  { executionId, waveId }: Wake,
  causationId: string,
): Promise<WaveSession | undefined> => {
  if (waveId === undefined) return undefined;
  const transact = createTransact(speaker, ports, waveKind);
  const started = await readStartedWave(
    ports.store,
    executionId,
    waveId,
    speaker === 'watch-jobs' ? mayHaveJobs : isStarted,
  );
  if (started === undefined) {
    await transact(waveAddress(executionId, waveId), causationId, () => []);
    return undefined;
  }
  return {
    execution: started.execution,
    executionId,
    waveId,
    read: async () => started.at(await readWaveState(ports.store, executionId, waveId)),
    async change(decide, publishing = 'now') {
      const { state, facts } = await transact(
        started.address,
        causationId,
        (current, now) => (current.attempt > started.attempt ? [] : decide(started.at(current), now)),
        publishing,
      );
      return { wave: started.at(state), facts: facts.map((fact) => fact.type) };
    },
    wakeFor: (service) => ({ service, executionId, waveId }),
  };
};
