import type { ExecutionState } from '../../core/domain/execution-state.ts';
import { phaseOf } from '../../core/domain/failback/homeward-waves.ts';
import { isWatched, stageOf, type Wave } from '../../core/domain/wave/wave.ts';
import { nextLaunch } from '../../core/domain/wave/claim.ts';
import type { WokenService } from '../../../contracts/services.ts';

/** The services that a started wave waits for. None is woken that would find nothing to do. */
export const turnsOf = (wave: Wave): readonly WokenService[] => {
  const { stage } = stageOf(wave);
  if (stage === 'settled') return ['advance-execution'];
  if (stage !== 'recover') return ['run-actions'];
  const phase = phaseOf(wave.definition);
  if (phase !== undefined)
    return [
      phase === 'reverse' || phase === 'protect' ? 'reverse-replication' : 'retire-servers',
      ...(wave.state.stopped === undefined ? [] : (['run-actions'] as const)),
    ];
  const isLaunchOpen = nextLaunch(wave).step !== 'none';
  const hasWatched = wave.state.jobs.some(isWatched);
  return [
    ...(isLaunchOpen ? (['launch-wave'] as const) : []),
    ...(hasWatched ? (['watch-jobs'] as const) : []),
    ...(wave.state.stopped === undefined ? [] : (['run-actions'] as const)),
  ];
};

/** Whether the execution itself has to move: it is to be stopped, or nothing of it runs or waits for an answer. */
export const isStill = ({ status, active }: Pick<ExecutionState, 'status' | 'active'>): boolean =>
  status === 'CANCELLING' || active === 0;
