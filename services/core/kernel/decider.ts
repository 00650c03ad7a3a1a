import type { Fact } from '../../../contracts/envelope.ts';

/**
 * Behaviour as two pure functions and a starting state. `decide` never throws and knows no clock: a
 * refusal is a fact, and nothing to do is an empty list. `evolve` folds one fact, said at `at` (epoch ms).
 */
export interface Decider<State, Input, F extends Fact> {
  readonly initialState: State;
  readonly decide: (state: State, input: Input, now: number) => readonly F[];
  readonly evolve: (state: State, fact: F, at: number) => State;
}
