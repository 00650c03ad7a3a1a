import type { Pace } from '../../services/core/domain/pace.ts';

export interface TurnRuleDeps {
  readonly now: () => number;
  /** The turns that starts have taken: of runbooks in an account and Region, or of functions there. */
  readonly paceOf: (place: string) => Pace | undefined;
  /** By how much two clocks may differ, in ms. */
  readonly skewMaxMs: number;
  readonly fail: (invariant: string, what: string) => void;
}

/** SSM: StartAutomationExecution is answered once a second in an account and Region. */
const everyMs = 1_000;

/** S26: whoever asks SSM or Lambda for a start has a turn of its own, a second from every other, and the turn has come. */
export const createTurnRule = ({ now, paceOf, skewMaxMs, fail }: TurnRuleDeps) => {
  const spaced = (pace: Pace): boolean => {
    // A turn that SSM was too busy for comes again later, whoever else is due then.
    const times = pace.turns.flatMap(({ at, putOff }) => (putOff === 0 ? [at] : [])).sort((a, b) => a - b);
    return times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= everyMs);
  };
  return (place: string, token: string, isKept = true): void => {
    const pace = paceOf(place);
    const turn = pace?.turns.find((each) => each.token === token);
    // A turn of long ago is forgotten, and a function is asked again and again for hours.
    if (turn === undefined && !isKept) return;
    if (pace === undefined || turn === undefined)
      return void fail('S26', `${token} asks without a turn in ${place}`);
    // A second run of the same start may put the turn off while this one is under way; SSM knows both by one token.
    if (turn.putOff === 0 && turn.at > now() + skewMaxMs)
      fail('S26', `${token} asks ${turn.at - now()} ms before its turn in ${place}`);
    if (!spaced(pace)) fail('S26', `turns of ${place} are less than a second apart`);
  };
};
