import type { ActionState } from '../../core/domain/wave/state.ts';
import { learnAction } from '../../core/streams/durations.ts';
import type { WaveSession } from '../../core/streams/wave-session.ts';
import type { ActionPorts } from './action-effects.ts';

/** Keeps how long an action that has just succeeded took, for the next forecast. */
export const learnDuration = async (
  { store, clock }: Pick<ActionPorts, 'store' | 'clock'>,
  { execution, waveId }: WaveSession,
  action: ActionState | undefined,
): Promise<void> => {
  if (action === undefined) return;
  await learnAction(store, execution.planId, waveId, action.actionId, clock.now() - action.startedAt);
};
