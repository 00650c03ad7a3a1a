import type { CleanUpFact } from '../../../../contracts/clean-up-events.ts';
import type { FrozenWave } from '../../../../contracts/execution-events.ts';
import type { WaveStage } from '../wave/wave.ts';
import { awaitsActions, undoes, type CleanUpState } from './state.ts';
import { givingUp } from './work.ts';

const inWave = ({ run }: CleanUpState, { waveId }: Pick<FrozenWave, 'waveId'>) => ({
  ...{ run, waveId, attempt: run },
});

/** What a drill has reversed is stopped and deleted, once in each run, behind the last of its instances. */
export const beginUndo = (state: CleanUpState, definition: FrozenWave): readonly CleanUpFact[] => {
  const isLast = state.status === 'RUNNING' && state.jobs.length === 0 && !awaitsActions(state);
  if (!isLast || state.undo !== undefined || state.keptBy !== undefined) return [];
  return definition.servers.length === 0
    ? []
    : [{ type: 'CleanUpUndoStarted', data: { ...inWave(state, definition), definition } }];
};

/** The end of it, as its wave says; a person is asked about what is left. Nothing while something of it goes on. */
export const endUndo = (
  state: CleanUpState,
  { definition, attempt }: { readonly definition: Pick<FrozenWave, 'waveId'>; readonly attempt: number },
  stage: WaveStage,
  now: number,
): readonly CleanUpFact[] => {
  if (!undoes(state) || state.run !== attempt || stage.stage !== 'settled') return [];
  const outcome = stage.outcome === 'PARTIAL' ? 'FAILED' : stage.outcome;
  const reasons = [...stage.reasons];
  const ended: CleanUpFact = {
    type: 'CleanUpUndoEnded',
    data: { ...inWave(state, definition), outcome, reasons },
  };
  return outcome === 'COMPLETED' || state.keptBy !== undefined
    ? [ended]
    : [ended, ...givingUp(state, `what the drill has reversed is left: ${reasons.join('; ')}`, now)];
};
