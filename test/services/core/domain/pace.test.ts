import { describe, expect, it } from 'vitest';
import { noPace, putOffTurn, takeTurn, type Pace } from '../../../../services/core/domain/pace.ts';
import { deepFreeze } from '../../../support/freeze.ts';

const take = (pace: Pace, token: string, now: number) => takeTurn(deepFreeze(pace), token, now, 1_000);

describe('pace', () => {
  it('gives one turn a second, in the order of asking', () => {
    let pace = noPace;
    const turns = ['a', 'b', 'c'].map((token) => {
      const taken = take(pace, token, 5_000);
      pace = taken.pace;
      return taken.turn.at;
    });
    expect(turns).toEqual([5_000, 6_000, 7_000]);
  });

  it('gives whoever asks again the turn that it has', () => {
    const first = take(noPace, 'a', 5_000);
    const again = take(first.pace, 'a', 9_000);
    expect(again.pace).toBe(first.pace);
    expect(again.turn.at).toBe(5_000);
  });

  it('puts off a turn that met a busy service, and leaves the others theirs', () => {
    const both = take(take(noPace, 'a', 0).pace, 'b', 0).pace;
    const once = putOffTurn(deepFreeze(both), 'a', (times) => 10_000 * times);
    const twice = putOffTurn(deepFreeze(once.pace), 'a', (times) => 10_000 * times);
    expect([once.turn.at, twice.turn.at]).toEqual([10_000, 20_000]);
    expect(take(twice.pace, 'b', 0).turn.at).toBe(1_000);
  });

  it('forgets turns of long ago', () => {
    const later = take(take(noPace, 'a', 0).pace, 'b', 3_600_000).pace;
    expect(later.turns.map(({ token }) => token)).toEqual(['b']);
  });

  it('remembers a turn for ten minutes, and no longer', () => {
    const { pace } = take(noPace, 'a', 0);
    const kept = (now: number) => take(pace, 'b', now).pace.turns.map(({ token }) => token);
    expect(kept(600_000 - 1)).toEqual(['a', 'b']);
    expect(kept(600_000)).toEqual(['b']);
  });

  it('gives a turn that nobody had to whoever is put off', () => {
    expect(putOffTurn(noPace, 'a', (times) => 7 * times).turn).toEqual({ token: 'a', at: 7, putOff: 1 });
  });
});
