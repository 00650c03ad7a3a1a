import { faultKinds, type FaultKind, type Faults } from '../../simulation/faults.ts';
import type { Prng } from '../../simulation/prng.ts';

/** A rate or a bound of each fault, from mild to harsh. */
type Grades = readonly [mild: number, ...harsher: number[]];

/**
 * The faults of the benchmarks. They are kept apart from what the simulator's campaigns draw, so that a campaign
 * that learns to draw more does not move a committed figure. Servers that fail and operators who pause are left
 * out: what they add to an execution is no overhead.
 */
const rates: Readonly<Partial<Record<FaultKind, Grades>>> = {
  duplicate: [0.02, 0.1, 0.4],
  delay: [0.02, 0.1],
  'lost-event': [0.01, 0.05, 0.3],
  'put-partial': [0.02, 0.1],
  'put-ambiguous': [0.02, 0.1],
  crash: [0.01, 0.05, 0.2],
  pause: [0.02, 0.1, 0.3],
  throttle: [0.005, 0.02],
  'cold-start': [0.1, 0.5],
  'store-throttle': [0.001, 0.01],
  'store-ambiguous': [0.005, 0.03],
  'stale-index': [0.1, 0.5],
  outage: [1],
  'drs-error': [0.02, 0.1],
  'start-lost': [0.1, 0.5],
  'drs-lag': [1],
  hints: [0.1, 0.5, 1],
  'clock-skew': [0.2, 1],
  timers: [0.01, 0.1],
  forged: [0.02, 0.1],
  replay: [0.02, 0.1],
  'mixed-deploy': [0.05, 0.3],
};

const minute = 60_000;

interface Choice {
  /** Whether the execution has this fault at all. */
  readonly has: () => boolean;
  readonly of: <T>(grades: readonly [T, ...T[]]) => T;
}

const faultsBy = ({ has, of }: Choice): Faults => {
  const rate = Object.fromEntries(
    faultKinds.map((kind) => {
      const grades = rates[kind];
      return [kind, grades !== undefined && has() ? of(grades) : 0];
    }),
  ) as Record<FaultKind, number>;
  const strikes = (kind: FaultKind): boolean => rate[kind] > 0;
  return {
    rate,
    has: strikes,
    duplicateSpread: of(['moments', 'minutes', 'hours']),
    delayMaxMs: of([10_000, 5 * minute, 120 * minute]),
    pauseMaxMs: of([200, 5_000, 29_000, 40_000]),
    lagMaxMs: strikes('drs-lag') ? of([2_000, 20_000, 60_000]) : 0,
    skewMaxMs: of([2_000, 60_000, 5 * minute]),
    jobShape: 'normal',
    guarded: true,
    serverFailure: 0,
    neverEnds: 0,
    outageOf: of(['store', 'drs', 'bus']),
    outageMs: of([minute, 10 * minute, 120 * minute]),
  };
};

/** Every fault at once, each at its mildest. */
export const mildFaults = (): Faults => faultsBy({ has: () => true, of: ([mild]) => mild });

/** Each fault in half of the executions, at any of its grades: harsher than any cloud. */
export const harshFaults = (prng: Prng): Faults =>
  faultsBy({ has: () => prng.chance(0.5), of: (grades) => prng.pick(grades) });
