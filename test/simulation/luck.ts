import type { Counts } from './coverage.ts';
import type { FaultForm, FaultKind, Faults } from './faults.ts';
import type { Prng } from './prng.ts';

/** Thrown by a platform that does not answer: the handler does not know more than that. */
export class Unavailable extends Error {}

export interface LuckDeps {
  readonly faults: Faults;
  readonly prng: Prng;
  readonly now: () => number;
  readonly epoch: number;
  readonly healAtMs: number;
}

/** Says when a fault strikes, and counts it. After the healing none does. */
export const createLuck = ({ faults, prng, now, epoch, healAtMs }: LuckDeps) => {
  const injected: Counts = {};
  const healAt = epoch + healAtMs;
  const outageFrom = epoch + prng.int(Math.max(1, healAtMs - faults.outageMs));
  const isHealed = (): boolean => now() >= healAt;
  const count = (what: FaultKind | FaultForm): void => void (injected[what] = (injected[what] ?? 0) + 1);

  return {
    injected,
    healAt,
    isHealed,
    count,
    strikes(kind: FaultKind, share = 1): boolean {
      const rate = faults.rate[kind];
      if (rate === 0 || isHealed() || !prng.chance(rate * share) || !faults.has(kind)) return false;
      count(kind);
      return true;
    },
    isOut(what: Faults['outageOf']): boolean {
      if (faults.outageOf !== what || !faults.has('outage') || isHealed()) return false;
      if (now() < outageFrom || now() >= outageFrom + faults.outageMs) return false;
      count('outage');
      count(`outage: ${what}`);
      return true;
    },
  };
};
export type Luck = ReturnType<typeof createLuck>;
