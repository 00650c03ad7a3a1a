import type { ActionEffects } from '../action-effects.ts';
import { say, sayStopped } from '../in-hand.ts';
import { elapsed, startedAction } from '../../../core/domain/wave/actions.ts';

/** Of kinds that ask nobody outside: they begin at once, and an answer or their deadline ends them. */
export const timed: ActionEffects = {
  async start(_ports, inHand) {
    await say(inHand, 'not started', (wave, now) => startedAction(wave, inHand.due, now));
    return Infinity;
  },
  async watch(_ports, inHand) {
    await say(inHand, 'RUNNING', (wave, now) => elapsed(wave, inHand.due, now));
  },
  async stop(_ports, inHand) {
    await sayStopped(inHand);
    return Infinity;
  },
  lookAgainMs: (_action, leftMs) => leftMs,
};
