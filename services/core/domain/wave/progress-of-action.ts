import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { kindOf } from '../actions/kinds.ts';
import { progressedAction, type DueAction } from './actions.ts';
import { actionKey } from './state.ts';
import type { Wave } from './wave.ts';

/** Of one try so many words of progress are kept at most, spread over its time. */
const keptMax = 500;
const leastMs = 10_000;

/** Whether what is said of a running action now is to be kept: what was said a moment ago is nearly as good. */
export const isWorthKeeping = ({ action, state }: DueAction, now: number): boolean =>
  state?.heardAt === undefined ||
  now - state.heardAt >= Math.max(leastMs, (kindOf(action).minutes(action) * 60_000) / keptMax);

/** How far an action is, where that is another text than was said last. */
export const progressOf = (wave: Wave, due: DueAction, now: number, message: string): readonly WaveFact[] => {
  const state = wave.state.actions[actionKey(due.stage, due.action.actionId)];
  return state?.progress === message || !isWorthKeeping(due, now)
    ? []
    : [progressedAction(wave, due, now, { message })];
};
