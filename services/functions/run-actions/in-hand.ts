import type { Action } from '../../../contracts/action.ts';
import type { WaveFact } from '../../../contracts/wave-events.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import type { WaveSession } from '../../core/streams/wave-session.ts';
import { failedAction, stillDue, type DueAction } from '../../core/domain/wave/actions.ts';

/** An action of a wave as it was when the wave was read, and the session in which that may change. */
export interface ActionInHand<A extends Action = Action> {
  /** The claim's quarantine, or the wait for facts, whose end is the reason for this look. */
  readonly endedWait: string | undefined;
  readonly session: WaveSession;
  readonly wave: Wave;
  readonly due: DueAction<A>;
}

/** Says what follows for the action, unless it is elsewhere by now. */
export const say = (
  { session, due }: ActionInHand,
  status: 'CLAIMED' | 'RUNNING' | 'not started',
  facts: (wave: Wave, now: number) => WaveFact | readonly WaveFact[],
) => session.change((wave, now) => (stillDue(wave, due, status) ? [facts(wave, now)].flat() : []));

export const stopReason = ({ state }: Wave): string => state.stopped ?? 'the wave was stopped';

/** Says that the action was stopped with its wave. */
export const sayStopped = (inHand: ActionInHand) =>
  say(inHand, 'RUNNING', (wave) => failedAction(wave, inHand.due, 'stopped', stopReason(inHand.wave)));
