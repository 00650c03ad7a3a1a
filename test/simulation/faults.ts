import type { Prng } from './prng.ts';

/** Everything that may go wrong. The order is part of a seed's meaning: new kinds are added at the end. */
export const faultKinds = [
  'duplicate',
  'delay',
  'lost-event',
  'put-partial',
  'put-ambiguous',
  'crash',
  'pause',
  'throttle',
  'cold-start',
  'store-throttle',
  'store-ambiguous',
  'stale-index',
  'outage',
  'drs-error',
  'start-lost',
  'drs-lag',
  'job-shape',
  'hints',
  'clock-skew',
  'timers',
  'forged',
  'replay',
  'mixed-deploy',
  'operators',
  'intake-throttle',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** What a kind of fault can look like. Each form counts for itself: a kind that strikes in one form only hides the others. */
export const faultForms = [
  'duplicate: within moments',
  'duplicate: after minutes',
  'duplicate: after hours',
  'delay: over an hour',
  'crash: after the effect',
  'crash: as a runbook started',
  'pause: to the death',
  'outage: store',
  'outage: drs',
  'outage: bus',
  'outage: launches',
  'drs-lag: job not shown',
  'drs-lag: page lost',
  'drs-lag: log behind',
  'drs-lag: instance not shown',
  'job-shape: seconds',
  'job-shape: a day',
  'job-shape: never ends',
  'job-shape: no guard',
  'job-shape: failed server',
  'job-shape: skipped server',
  'job-shape: cancelled server',
  'hints: lost',
  'hints: early',
  'hints: doubled',
  'hints: of a foreign job',
  'clock-skew: jump',
  'timers: lost',
  'timers: late',
  'timers: doubled',
  'timers: sweep missed',
  'forged: job completed',
  'forged: unknown execution',
  'forged: approval',
  'replay: whole archive',
  'mixed-deploy: older knobs',
  'mixed-deploy: malformed event',
  'mixed-deploy: newer version',
  'operators: decision',
  'operators: two at once',
  'operators: cancelled as a runbook started',
  'operators: plan edited',
  'operators: plan deleted',
  'operators: server taken',
  'operators: quota taken',
  'operators: strange automation',
  'operators: record deleted',
  'job-shape: launch action fails',
  'job-shape: optional launch action fails',
  'job-shape: launch action is late',
  'job-shape: launch action never begins',
  'job-shape: launch action never ends',
  'job-shape: launch action within its job',
  'job-shape: launch action after its job',
  'job-shape: instance resists its end',
  'start-lost: of an end',
  'drs-lag: launch actions behind',
  'operators: failback begun',
  'job-shape: results shown at the end',
  'job-shape: ends minutes after its servers',
  'job-shape: loses a server at its end',
  'hints: forged end of an instance',
  'hints: forged opening of a calendar',
] as const;
export type FaultForm = (typeof faultForms)[number];

const minute = 60_000;
const hour = 60 * minute;

/** How long after the first a repeat comes, or how late something is. */
export type Spread = 'moments' | 'minutes' | 'hours';

export const spreadMs = (prng: Prng, spread: Spread): number =>
  spread === 'moments'
    ? prng.int(50)
    : spread === 'minutes'
      ? prng.between(1_000, 10 * minute)
      : prng.between(10 * minute, 6 * hour);

export type JobShape = 'short' | 'normal' | 'long';

/** The faults of one seed: a rate and a shape each. A rate of 0 is a fault that this seed does not have. */
export interface Faults {
  readonly rate: Readonly<Record<FaultKind, number>>;
  /** Whether the seed has the fault and is allowed to. */
  readonly has: (kind: FaultKind) => boolean;
  readonly duplicateSpread: Spread;
  readonly delayMaxMs: number;
  readonly pauseMaxMs: number;
  readonly lagMaxMs: number;
  readonly skewMaxMs: number;
  readonly jobShape: JobShape;
  /** DRS itself refuses a second job of a server; without this, only the product stands in between. */
  readonly guarded: boolean;
  readonly serverFailure: number;
  readonly neverEnds: number;
  /** `launches`: DRS answers, and every server that it launches fails. */
  readonly outageOf: 'store' | 'drs' | 'bus' | 'launches';
  readonly outageMs: number;
}

const draws: Readonly<Record<FaultKind, (prng: Prng) => number>> = {
  duplicate: (prng) => prng.pick([0.02, 0.1, 0.4]),
  delay: (prng) => prng.pick([0.02, 0.1]),
  'lost-event': (prng) => prng.pick([0.01, 0.05, 0.3]),
  'put-partial': (prng) => prng.pick([0.02, 0.1]),
  'put-ambiguous': (prng) => prng.pick([0.02, 0.1]),
  crash: (prng) => prng.pick([0.01, 0.05, 0.2]),
  pause: (prng) => prng.pick([0.02, 0.1, 0.3]),
  throttle: (prng) => prng.pick([0.005, 0.02]),
  'cold-start': (prng) => prng.pick([0.1, 0.5]),
  'store-throttle': (prng) => prng.pick([0.001, 0.01]),
  'store-ambiguous': (prng) => prng.pick([0.005, 0.03]),
  'stale-index': (prng) => prng.pick([0.1, 0.5]),
  outage: () => 1,
  'drs-error': (prng) => prng.pick([0.02, 0.1]),
  'start-lost': (prng) => prng.pick([0.1, 0.5]),
  'drs-lag': () => 1,
  'job-shape': () => 1,
  hints: (prng) => prng.pick([0.1, 0.5, 1]),
  'clock-skew': (prng) => prng.pick([0.2, 1]),
  timers: (prng) => prng.pick([0.01, 0.1]),
  forged: (prng) => prng.pick([0.02, 0.1]),
  replay: (prng) => prng.pick([0.02, 0.1]),
  'mixed-deploy': (prng) => prng.pick([0.05, 0.3]),
  operators: (prng) => prng.pick([0.02, 0.1, 0.3]),
  'intake-throttle': (prng) => prng.pick([0.1, 0.3, 0.6]),
};

/** Drawn after all else, so that seeds without them stay what they were. */
const lateKinds: readonly FaultKind[] = ['intake-throttle'];

export const noFaults: ReadonlySet<FaultKind> = new Set();
export const allFaults: ReadonlySet<FaultKind> = new Set(faultKinds);

/**
 * Draws the faults of a seed. What is not allowed is drawn all the same and has no effect, so that the rest of the
 * seed stays as it was when a fault is left out.
 */
export const drawFaults = (prng: Prng, allowed: ReadonlySet<FaultKind>): Faults => {
  const breadth = prng.pick([0, 0.15, 0.4, 0.4, 0.7, 1]);
  const rate = {} as Record<FaultKind, number>;
  const drawRate = (kind: FaultKind): void => {
    const own = prng.fork();
    rate[kind] = own.chance(breadth) ? draws[kind](own) : 0;
  };
  faultKinds.filter((kind) => !lateKinds.includes(kind)).forEach(drawRate);
  const has = (kind: FaultKind): boolean => rate[kind] > 0 && allowed.has(kind);
  const shaped = has('job-shape');
  const duplicateSpread = prng.pick<Spread>(['moments', 'moments', 'minutes', 'hours']);
  const delayMaxMs = prng.pick([10_000, 5 * minute, 2 * hour, 24 * hour]);
  const pauseMaxMs = prng.pick([200, 5_000, 29_000, 40_000]);
  const lagMaxMs = prng.pick([2_000, 20_000, 60_000]);
  const skewMaxMs = prng.pick([2_000, 60_000, 5 * minute]);
  const jobShape = prng.pick<JobShape>([
    'short',
    'short',
    'short',
    'normal',
    'normal',
    'normal',
    'normal',
    'normal',
    'normal',
    'long',
  ]);
  const guarded = prng.chance(0.5);
  const serverFailure = prng.pick([0, 0.02, 0.2, 0.6]);
  const neverEnds = prng.chance(0.1) ? 0.1 : 0;
  const outageOf = prng.pick(['store', 'drs', 'bus', 'launches'] as const);
  const outageMs = prng.pick([minute, 10 * minute, 10 * minute, 2 * hour]);
  lateKinds.forEach(drawRate);
  return {
    rate,
    has,
    duplicateSpread,
    delayMaxMs,
    pauseMaxMs,
    lagMaxMs: has('drs-lag') ? lagMaxMs : 0,
    skewMaxMs,
    jobShape: shaped ? jobShape : 'normal',
    guarded: !shaped || guarded,
    serverFailure: shaped ? serverFailure : 0,
    neverEnds: shaped ? neverEnds : 0,
    outageOf,
    outageMs,
  };
};
