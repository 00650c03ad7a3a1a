import { planSchema, type Plan } from '../../../contracts/plan.ts';
import type { Prng } from '../../simulation/prng.ts';
import type { JobTimes } from '../../simulation/timing.ts';
import { around } from './latency.ts';

/** What is run, by every design alike: a plan, and how long each wave's job takes. */
export interface Workload {
  readonly plan: Plan;
  readonly jobs: ReadonlyMap<string, JobTimes>;
}

export interface WaveShape {
  readonly waveId: string;
  readonly dependsOn: readonly string[];
  readonly servers: number;
}

const planOf = (shapes: readonly WaveShape[]): Plan => {
  let nth = 0;
  const waves = shapes.map(({ waveId, dependsOn, servers }) => ({
    waveId,
    dependsOn,
    servers: Array.from({ length: servers }, () => ({
      sourceServerId: `s-${String(++nth).padStart(17, '0')}`,
    })),
  }));
  return planSchema.parse({ planId: 'bench', waves });
};

/**
 * A job of so many servers: they end within 1.5 s of each other, and the job 2 to 3 s after the last of them, as
 * in both captured drills (529.1, 530.5, job 533.3 s; 537.1, 537.2, job 539.3 s).
 */
const jobTimes = (prng: Prng, servers: number, endsAfterMs: number): JobTimes => {
  const lastAt = endsAfterMs - prng.between(2_000, 3_000);
  const doneAfterMs = Array.from({ length: servers }, (_, index) =>
    index === 0 ? lastAt : lastAt - prng.int(1_500),
  );
  return { doneAfterMs, endsAfterMs };
};

/** Waves of these shapes, with jobs around these durations. */
export const workloadOf = (
  prng: Prng,
  shapes: readonly WaveShape[],
  medianMs: readonly number[],
  share: number,
): Workload => ({
  plan: planOf(shapes),
  jobs: new Map(
    shapes.map(({ waveId, servers }, index) => [
      waveId,
      jobTimes(prng, servers, around(prng, medianMs[index] ?? 0, share)),
    ]),
  ),
});

/** How much the jobs of one wave differ from one execution to the next. Assumption: 5 % in two of three cases. */
const jobShare = 0.05;

/** The analysis's execution d44956e0: three waves of two servers in a row, 300, 300 and 397 s as its poller saw them. */
export const analysisWindowsMs = [300_000, 300_000, 397_000] as const;

export const analysisWorkload = (prng: Prng, share: number = jobShare): Workload =>
  workloadOf(
    prng,
    analysisWindowsMs.map((_, index) => ({
      waveId: `wave-${index + 1}`,
      dependsOn: index === 0 ? [] : [`wave-${index}`],
      servers: 2,
    })),
    analysisWindowsMs,
    share,
  );

export const jobMsOf = ({ jobs }: Workload, waveId: string): number => jobs.get(waveId)?.endsAfterMs ?? 0;

/** When each wave's jobs would end if nothing but DRS took time, ms from the request. */
export const idealEnds = (workload: Workload): ReadonlyMap<string, number> => {
  const ends = new Map<string, number>();
  for (const { waveId, dependsOn } of workload.plan.waves) {
    const ready = Math.max(0, ...dependsOn.map((dependency) => ends.get(dependency) ?? 0));
    ends.set(waveId, ready + jobMsOf(workload, waveId));
  }
  return ends;
};

/** The longest way through the plan, in ms of jobs alone. Waves stand after what they depend on. */
export const criticalPathMs = (workload: Workload): number => Math.max(...idealEnds(workload).values());
