import type { Prng } from '../prng.ts';

const minute = 60_000;
const hour = 60 * minute;

/** What befalls the runs of services, what they say and what they are told, until everything heals. */
export interface Rates {
  /** A run dies between two of its calls, or while one is under way. */
  readonly crash: number;
  /** A run stands still before a call, for up to longer than it may live. */
  readonly pause: number;
  readonly lostEvent: number;
  readonly duplicate: number;
  readonly late: number;
  /** Somebody wakes a service for no reason. */
  readonly forged: number;
  readonly replayed: number;
  /** The bus takes some events of several, or takes them and does not say so. */
  readonly partialPut: number;
  readonly lostTimer: number;
  /** DRS did what it was asked, and nobody hears of it. */
  readonly lostAnswer: number;
  /** DRS is throttled, and did nothing. */
  readonly error: number;
  /** DRS says that it never will, and did nothing; a person has it tried again. */
  readonly refused: number;
}
export type FailbackFault = keyof Rates;

/** How each fault is counted. */
export const faultNames = {
  crash: 'failback: run died',
  pause: 'failback: run paused',
  lostEvent: 'failback: event lost',
  duplicate: 'failback: event doubled',
  late: 'failback: event late',
  forged: 'failback: forged event ignored',
  replayed: 'failback: replayed event ignored',
  partialPut: 'failback: publishing failed',
  lostTimer: 'failback: timer lost',
  lostAnswer: 'failback: answer lost',
  error: 'failback: throttled',
  refused: 'failback: call refused for good',
} as const satisfies Readonly<Record<FailbackFault, string>>;

export const noRates: Rates = {
  ...{ crash: 0, pause: 0, lostEvent: 0, duplicate: 0, late: 0, forged: 0, replayed: 0 },
  ...{ partialPut: 0, lostTimer: 0, lostAnswer: 0, error: 0, refused: 0 },
};

export const drawRates = (prng: Prng): Rates => ({
  crash: prng.pick([0, 0.005, 0.02]),
  pause: prng.pick([0, 0, 0.005, 0.02]),
  lostEvent: prng.pick([0, 0.1, 0.3]),
  duplicate: prng.pick([0, 0.2]),
  late: prng.pick([0, 0.05, 0.2]),
  forged: prng.pick([0, 0, 0.1]),
  replayed: prng.pick([0, 0, 0.1]),
  partialPut: prng.pick([0, 0, 0.02, 0.1]),
  lostTimer: prng.pick([0, 0, 0.02, 0.1]),
  lostAnswer: prng.pick([0, 0.1, 0.4]),
  error: prng.pick([0, 0.02, 0.1]),
  refused: prng.pick([0, 0, 0.03]),
});

/** How late an event is, a repeat of it comes, or a forged or replayed one. */
export const drawLateness = (prng: Prng): number =>
  prng.pick([prng.int(1_000), prng.int(10 * minute), prng.int(6 * hour)]);

/** Longer than the longest life of a run, now and then. */
export const drawPause = (prng: Prng): number => prng.int(40_000);
