import { createPrng } from '../simulation/prng.ts';
import { cpuSeconds } from './model/cpu-seconds.ts';
import { plansOf, runEngine } from './model/engine.ts';
import { median, round } from './model/quantile.ts';
import { timedRow } from './model/timed-row.ts';
import { analysisWorkload } from './model/workload.ts';
import type { Bench } from './table.ts';

const { plan } = analysisWorkload(createPrng(1n), 0);

/** 43,000 workflows/s on 96 vCPU, with a real database: dbos.dev/blog/benchmarking-workflow-execution-scalability-on-postgres. */
const published = { name: 'DBOS on Postgres, as published, a vCPU', figure: Math.round(43_000 / 96) };

/** Executions a second: all are asked for at once, and the clock is virtual, so that only the engine takes time. */
const speedOf = async (concurrent: number): Promise<number> => {
  const plans = plansOf(concurrent, plan);
  const from = cpuSeconds();
  const completed = await runEngine(plans);
  const seconds = cpuSeconds() - from;
  if (completed !== concurrent) throw new Error(`${completed} of ${concurrent} executions completed`);
  return concurrent / seconds;
};

export const bench: Bench = {
  name: 'engine',
  about:
    'Every service over adapters in memory, three waves of two servers from request to end: executions a second of a core, and what becomes of the speed as more run at once.',
  async run({ quick }) {
    const sizes = quick ? [10, 100] : [10, 100, 1_000, 10_000];
    const runs = quick ? 2 : 5;
    await speedOf(200);
    const medians: number[] = [];
    const rows = [];
    for (const size of sizes) {
      const speeds: number[] = [];
      for (let run = 0; run < (size === 10_000 ? 3 : runs); run++) speeds.push(await speedOf(size));
      medians.push(median(speeds));
      const judged = size === 1_000 ? { target: { atLeast: 2_000 }, baselines: [published] } : {};
      rows.push(timedRow(`${size} at once`, speeds, 'executions/s', { ...judged, better: 'more' }));
    }
    const growth = round(Math.max(...medians.slice(1)) / (medians.at(-1) ?? 1), 2);
    return [
      ...rows,
      {
        subject: 'fastest size over the largest',
        figure: growth,
        unit: '×',
        kind: 'timed',
        target: { atMost: 1.5 },
      },
    ];
  },
};
