import type { Random } from '../identifiers.ts';
import type { Timings } from './scenario-timings.ts';

const phases = [
  'jobStart',
  'queue',
  'cleanup',
  'snapshot',
  'snapshotWait',
  'conversion',
  'launchQueue',
  'launch',
  'wrapUp',
] as const;

type Phase = (typeof phases)[number];

/** Milliseconds that one server of a job spends in each phase, in the order of the phases. */
export type Durations = Readonly<Record<Phase, number>>;

const byPhase = (value: (phase: Phase) => number): Durations => ({
  jobStart: value('jobStart'),
  queue: value('queue'),
  cleanup: value('cleanup'),
  snapshot: value('snapshot'),
  snapshotWait: value('snapshotWait'),
  conversion: value('conversion'),
  launchQueue: value('launchQueue'),
  launch: value('launch'),
  wrapUp: value('wrapUp'),
});

/** A factor in [1 - width, 1 + width]. */
const around = (random: Random, width: number): number => 1 + width * (2 * random() - 1);

/** A job's own tempo, phase by phase, in which all of its servers move. */
export const drawPace = (random: Random, jitter: number): Durations => byPhase(() => around(random, jitter));

/**
 * The phases of the server at `position` in its job. In captured jobs the servers convert side by side,
 * hundredths of a second apart, and only their launches differ by a second or so.
 */
export const drawDurations = (
  random: Random,
  timings: Timings,
  pace: Durations,
  position: number,
  hasEarlier: boolean,
): Durations => {
  const staggerSeconds: Partial<Record<Phase, number>> = {
    queue: position * timings.snapshotStaggerSeconds,
    launchQueue: position * timings.launchStaggerSeconds,
  };
  const launchFactor = around(random, timings.spread);
  return byPhase((phase) => {
    if (phase === 'cleanup' && !hasEarlier) return 0;
    const seconds = timings[`${phase}Seconds`] * pace[phase] * (phase === 'launch' ? launchFactor : 1);
    return 1000 * (seconds + (staggerSeconds[phase] ?? 0));
  });
};

export const totalMsOf = (durations: Durations): number =>
  phases.reduce((total, phase) => total + durations[phase], 0);

export const scaledBy = (durations: Durations, factor: number): Durations =>
  byPhase((phase) => durations[phase] * factor);
