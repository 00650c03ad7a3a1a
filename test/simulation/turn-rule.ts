import type { Target } from '../../contracts/plan.ts';
import type { Pace } from '../../services/core/domain/pace.ts';
import { placeOf } from './drs.ts';

export interface TurnRuleDeps {
  readonly now: () => number;
  /** The turns that starts of automations have taken in an account and Region. */
  readonly paceOf: (place: string) => Pace | undefined;
  /** By how much two clocks may differ, in ms. */
  readonly skewMaxMs: number;
  readonly fail: (invariant: string, what: string) => void;
}

/** SSM: StartAutomationExecution is answered once a second in an account and Region. */
const everyMs = 1_000;

/** S26: whoever asks SSM for a start has a turn of its own, a second from every other, and the turn has come. */
export const createTurnRule = ({ now, paceOf, skewMaxMs, fail }: TurnRuleDeps) => {
  const spaced = (pace: Pace): boolean => {
    // A turn that SSM was too busy for comes again later, whoever else is due then.
    const times = pace.turns.flatMap(({ at, putOff }) => (putOff === 0 ? [at] : [])).sort((a, b) => a - b);
    return times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= everyMs);
  };
  return (target: Target, token: string): void => {
    const pace = paceOf(placeOf(target));
    const turn = pace?.turns.find((each) => each.token === token);
    if (pace === undefined || turn === undefined) return void fail('S26', `${token} asks SSM without a turn`);
    // A second run of the same start may put the turn off while this one is under way; SSM knows both by one token.
    if (turn.putOff === 0 && turn.at > now() + skewMaxMs)
      fail('S26', `${token} asks SSM ${turn.at - now()} ms before its turn`);
    if (!spaced(pace)) fail('S26', `turns of ${placeOf(target)} are less than a second apart`);
  };
};
