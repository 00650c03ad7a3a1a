import type { Expectation } from '../../core/domain/expectation.ts';
import { isResult } from '../../core/domain/wave/progress.ts';
import { isWatched, stageOf, type Wave } from '../../core/domain/wave/wave.ts';
import type { JobState } from '../../core/domain/wave/state.ts';

export interface CadenceKnobs {
  /** No job of any size has been seen to end before this. */
  readonly firstLookMs: number;
  readonly slowMs: number;
  /** While servers are being launched, and while their launch actions run. */
  readonly launchingMs: number;
  /** When some servers have their results and others have not: they end within seconds of each other. */
  readonly restMs: number;
  /** When every server has ended and the results of the job are awaited, a few seconds later. */
  readonly endingMs: number;
  /** When the results are known, the wave has gone on and others run: the job's own end gives back its place in the quota. */
  readonly settledMs: number;
  /** Around the time at which this wave's jobs have ended before. */
  readonly nearEndMs: number;
  /** The same where hints announced the end before: a look is only the backstop for a lost hint. */
  readonly hintedMs: number;
}

/** What earlier executions of the plan have shown of this wave. */
export interface Learned {
  /** Of the last of them. */
  readonly jobMs: number;
  /** Of the last of them and those before it. */
  readonly recentMs?: readonly number[];
  /** Whether a hint of DRS announced the jobs' end. */
  readonly hinted?: boolean;
}

export const cadenceKnobs: CadenceKnobs = {
  firstLookMs: 60_000,
  slowMs: 60_000,
  launchingMs: 20_000,
  restMs: 2_000,
  endingMs: 1_000,
  settledMs: 2_000,
  nearEndMs: 2_000,
  hintedMs: 15_000,
};

/** By which part a job may differ from the only one that was seen; of several the spread shows itself. */
const spreadOfOne = 0.15;

/** When a job is likely to end, in ms since its claim. */
const likelyEnd = ({ jobMs, recentMs = [jobMs] }: Learned): Expectation => {
  const spread = spreadOfOne / Math.sqrt(recentMs.length);
  return { leastMs: Math.min(...recentMs) * (1 - spread), mostMs: Math.max(...recentMs) * (1 + spread) };
};

/** Most jobs end within this part of the time in which they are likely to, on either side of its middle. */
const middleShare = 0.25;

/** What was learned is trusted until so many times the last duration. */
const trustedUntil = 2;
/** Looks at a job that is later than is likely become as rare as this part of the time that it is late. */
const lateShare = 0.5;

/** However long a job took before, the next look comes after at most this many slow intervals. */
const longWaits = 5;

const runningOf = (wave: Wave): readonly JobState[] =>
  wave.state.jobs.filter((job) => job.status === 'STARTED');

const watchedOf = (wave: Wave): readonly JobState[] => wave.state.jobs.filter(isWatched);

/** Whether one of the jobs may end at any moment, by what was learned of them. */
export const isNearEnd = (wave: Wave, now: number, learned: Learned | undefined): boolean =>
  learned !== undefined &&
  runningOf(wave).some(({ claimedAt }) => now - claimedAt >= likelyEnd(learned).leastMs);

/** While nothing changes, looks become as rare as this part of the time that it has been so. */
const unchangedShare = 0.1;
/** The same while the rest of a job's servers are awaited, which mostly end within two seconds of the first. */
const restShare = 0.5;

/**
 * How long to wait before DRS is asked again without being hinted: the job of the wave that wants the next look
 * decides, since one look shows them all. `endsExecution`: no other wave is still to begin.
 */
export const nextLookMs = (
  wave: Wave,
  now: number,
  knobs: CadenceKnobs,
  learned?: Learned,
  isHinted = false,
  endsExecution = false,
): number => {
  // A wave that has failed goes on once its jobs have ended, and so does an execution whose waves are all through.
  const isAwaited = endsExecution || stageOf(wave).stage === 'recover';
  return watchedOf(wave).reduce(
    (soonest, job) => Math.min(soonest, lookAtMs(job, now, knobs, learned, isHinted, isAwaited)),
    knobs.slowMs * longWaits,
  );
};

/**
 * Seldom while the conversion cannot be done yet, often near the duration that was learned, most often when only the
 * job's end is missing; and ever less often while a job stands still, since one that never ends would be asked
 * after for ever.
 */
const lookAtMs = (
  job: JobState,
  now: number,
  knobs: CadenceKnobs,
  learned: Learned | undefined,
  isHinted: boolean,
  isAwaited: boolean,
): number => {
  const phases = job.servers.map((id) => job.phases[id] ?? 'NONE');
  const patient = (ms: number): number =>
    Math.max(ms, Math.min((now - job.phaseSince) * unchangedShare, knobs.slowMs));
  if (job.settled === true) return patient(isAwaited ? knobs.endingMs : knobs.settledMs);
  if (job.awaiting !== undefined) return patient(knobs.launchingMs);
  if (phases.every(isResult)) return patient(knobs.endingMs);
  if (phases.some(isResult))
    return patient(Math.min(knobs.launchingMs, Math.max(knobs.restMs, (now - job.phaseSince) * restShare)));
  const elapsed = now - job.claimedAt;
  if (learned !== undefined && elapsed < learned.jobMs * trustedUntil) {
    const waitsForHint = learned.hinted === true && !isHinted;
    const { leastMs, mostMs } = likelyEnd(learned);
    const untilEnd = Math.round(waitsForHint ? mostMs : leastMs) - elapsed;
    const fromMiddle = Math.abs(elapsed - (leastMs + mostMs) / 2) / (mostMs - leastMs);
    const denselyMs = fromMiddle <= middleShare ? knobs.nearEndMs : knobs.nearEndMs * 2;
    const untilNear = Math.max(
      waitsForHint ? knobs.hintedMs : denselyMs,
      Math.min(Math.round((elapsed - mostMs) * lateShare), knobs.slowMs),
      Math.min(untilEnd, knobs.slowMs * longWaits),
    );
    // No hint announces the end of launch actions, and what a job took before says nothing of theirs.
    return phases.includes('LAUNCH_ACTIONS') ? Math.min(untilNear, patient(knobs.launchingMs)) : untilNear;
  }
  if (phases.some((phase) => phase.startsWith('LAUNCH') || isResult(phase)))
    return patient(knobs.launchingMs);
  return elapsed < knobs.firstLookMs ? knobs.firstLookMs : knobs.slowMs;
};
