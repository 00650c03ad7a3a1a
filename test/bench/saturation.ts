import { createPrng } from '../simulation/prng.ts';
import { runProduct, type ProductRun } from './model/product.ts';
import { median, round } from './model/quantile.ts';
import { jobMsOf, workloadOf, type Workload } from './model/workload.ts';
import type { Bench } from './table.ts';

const waves = 30;
const servers = 500;
const jobsMax = 20;

const workloadOfSeed = (seed: number): Workload => {
  const shapes = Array.from({ length: waves }, (_, index) => ({
    waveId: `wave-${index}`,
    dependsOn: [],
    servers: Math.floor(servers / waves) + (index < servers % waves ? 1 : 0),
  }));
  const medians = shapes.map(() => 480_000);
  return workloadOf(createPrng(BigInt(seed)), shapes, medians, 0.2);
};

/**
 * Jobs in this order, each as soon as one of 20 places is free: what a scheduler without latency does. Waves that may all
 * start at once come in no order, and another one alone would be up to a quarter longer or shorter.
 */
const listScheduleMs = (workload: Workload, order: readonly string[]): number => {
  const freeAt = Array.from({ length: jobsMax }, () => 0);
  for (const waveId of order) {
    const first = freeAt.indexOf(Math.min(...freeAt));
    freeAt[first] = (freeAt[first] ?? 0) + jobMsOf(workload, waveId);
  }
  return Math.max(...freeAt);
};

export const bench: Bench = {
  name: 'saturation',
  about:
    '500 servers in 30 waves that may all start at once, under the quotas of 20 jobs and 500 servers in jobs. The list schedule has the order in which they were launched.',
  async run({ quick }) {
    const runs: (ProductRun & { readonly over: number })[] = [];
    for (let seed = 1; seed <= (quick ? 1 : 5); seed++) {
      const workload = workloadOfSeed(seed);
      const run = await runProduct({ seed: BigInt(seed), workload, keep: 'never', hints: 0.99 });
      runs.push({ ...run, over: run.makespanMs / listScheduleMs(workload, run.launched) });
    }
    const most = (pick: (run: (typeof runs)[number]) => number): number => Math.max(...runs.map(pick));
    return [
      {
        subject: 'jobs at once, the most',
        figure: most((run) => run.peakJobs),
        unit: 'jobs',
        kind: 'counted',
        target: { atMost: 20 },
      },
      {
        subject: 'servers in jobs, the most',
        figure: most((run) => run.peakServers),
        unit: 'servers',
        kind: 'counted',
        target: { atMost: 500 },
      },
      {
        subject: 'refused calls of StartRecovery',
        figure: most((run) => (run.meter.drsCalls['StartRecovery'] ?? 0) - waves),
        unit: 'calls',
        kind: 'counted',
        target: { atMost: 0 },
      },
      {
        subject: 'makespan over a list schedule without latency',
        figure: round(median(runs.map((run) => run.over)), 3),
        unit: '×',
        kind: 'counted',
        target: { atMost: 1.05 },
      },
    ];
  },
};
