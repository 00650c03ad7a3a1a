import type { Wave } from '../domain/wave.ts';

export interface CadenceKnobs {
  /** No job of any size has been seen to end before this. */
  readonly firstLookMs: number;
  readonly slowMs: number;
  /** While servers are being launched. */
  readonly launchingMs: number;
  /** When every server has its result and only the job's own end is awaited, a few seconds later. */
  readonly endingMs: number;
  /** Around the time at which this wave's jobs have ended before. */
  readonly nearEndMs: number;
}

export const cadenceKnobs: CadenceKnobs = {
  firstLookMs: 60_000,
  slowMs: 60_000,
  launchingMs: 20_000,
  endingMs: 2_000,
  nearEndMs: 4_000,
};

/** From this part of the learned duration on, and until twice of it, the end is near. */
const nearEnd = { from: 0.9, until: 2 };

/** While nothing changes, looks become as rare as this part of the time that it has been so. */
const unchangedShare = 0.1;

/**
 * How long to wait before DRS is asked again without being hinted: seldom while the conversion cannot
 * be done yet, often near the duration that was learned, most often when only the job's end is missing;
 * and ever less often while a job stands still, since one that never ends would be asked after for ever.
 */
export const nextLookMs = (wave: Wave, now: number, knobs: CadenceKnobs, learnedMs?: number): number => {
  const running = wave.state.jobs.filter((job) => job.status === 'STARTED');
  const phases = running.flatMap((job) => job.servers.map((id) => job.phases[id] ?? 'NONE'));
  const isResult = (phase: string): boolean => phase === 'LAUNCHED' || phase === 'FAILED';
  const unchangedMs = now - Math.max(...running.map((job) => job.phaseSince));
  const patient = (ms: number): number => Math.max(ms, Math.min(unchangedMs * unchangedShare, knobs.slowMs));
  if (phases.length > 0 && phases.every(isResult)) return patient(knobs.endingMs);
  const elapsedMs = now - Math.min(...running.map((job) => job.claimedAt));
  if (learnedMs !== undefined && elapsedMs < learnedMs * nearEnd.until) {
    return Math.max(knobs.nearEndMs, Math.min(learnedMs * nearEnd.from - elapsedMs, knobs.slowMs * 5));
  }
  if (phases.some((phase) => phase === 'LAUNCH' || isResult(phase))) return patient(knobs.launchingMs);
  return elapsedMs < knobs.firstLookMs ? knobs.firstLookMs : knobs.slowMs;
};
