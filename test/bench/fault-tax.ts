import type { Faults } from '../simulation/faults.ts';
import type { Prng } from '../simulation/prng.ts';
import { runSeed } from '../simulation/run-seed.ts';
import { harshFaults, mildFaults } from './model/bench-faults.ts';
import { runFaulty, type FaultyRun } from './model/faulty-run.ts';
import { quantile, round } from './model/quantile.ts';
import { overheadsOf, replayProduct, workloadOfSeed } from './model/replay.ts';
import type { Baseline, Bench, Row } from './table.ts';

/** By so much the sampling of one execution in a hundred may move the far end, when any draw comes in another order. */
const tailTolerance = 0.25;
/** The same of the middle. */
const middleTolerance = 0.1;

const runAll = async (seeds: number, faults: (prng: Prng) => Faults): Promise<readonly FaultyRun[]> => {
  const runs: FaultyRun[] = [];
  for (let seed = 1; seed <= seeds; seed++)
    runs.push(await runFaulty(BigInt(seed) << 20n, workloadOfSeed(seed), faults));
  return runs;
};

const rowsOf = (name: string, runs: readonly FaultyRun[], faultless: readonly number[]): readonly Row[] => {
  const overheads = runs.flatMap(({ overheadMs }) => (overheadMs === undefined ? [] : [overheadMs / 1_000]));
  const share = (figure: number): number => round((100 * figure) / runs.length, 1);
  const row = (subject: string, figure: number, unit: string, more: Partial<Row> = {}): Row => ({
    subject: `${name}, ${subject}`,
    figure,
    unit,
    kind: 'counted',
    ...more,
  });
  const percentile = (of: number, more: Partial<Row> = {}): Row => {
    const without: Baseline = { name: 'without a fault', figure: round(quantile(faultless, of), 1) };
    return row(`overhead p${of * 100}`, round(quantile(overheads, of), 1), 's', {
      tolerance: of > 0.5 ? tailTolerance : middleTolerance,
      baselines: [without],
      ...more,
    });
  };
  return [
    percentile(0.5),
    percentile(0.9),
    percentile(0.99, { target: { atMost: 180 } }),
    row('within 3 min', share(overheads.filter((each) => each <= 180).length), '%', {
      better: 'more',
      tolerance: middleTolerance,
    }),
    row('asked an operator', share(runs.filter(({ askedOperator }) => askedOperator).length), '%', {
      tolerance: tailTolerance,
    }),
    row(
      'neither ended nor asked within a day',
      runs.filter((run) => !run.hasEnded && !run.askedOperator).length,
      'executions',
      { target: { atMost: 0 } },
    ),
    row('violations', runs.filter(({ violation }) => violation !== undefined).length, 'seeds', {
      target: { atMost: 0 },
    }),
  ];
};

/** Violations of the simulator's own seeds, where plans, operators and failing servers are drawn too. */
const violationsOf = async (seeds: number): Promise<number> => {
  let violations = 0;
  for (let seed = 1; seed <= seeds; seed++)
    if ((await runSeed(BigInt(seed) + (1n << 50n))).violation !== undefined) violations += 1;
  return violations;
};

export const bench: Bench = {
  name: 'fault-tax',
  about:
    "The analysis's plan, every invocation cold, under the simulator's faults for half an hour: with each at its mildest rate all at once, and with half of them at any rate, which is harsher than any cloud.",
  async run({ quick }) {
    const seeds = quick ? 50 : 500;
    const faultless = overheadsOf(await replayProduct(seeds, { keep: 'never', hints: 0.99 }));
    const drawn = await violationsOf(seeds);
    return [
      ...rowsOf('all faults, mild', await runAll(seeds, mildFaults), faultless),
      ...rowsOf('any faults, harsh', await runAll(seeds, harshFaults), faultless),
      {
        subject: `violations in ${seeds} seeds of the simulator, every fault`,
        figure: drawn,
        unit: 'seeds',
        kind: 'counted',
        target: { atMost: 0 },
      },
    ];
  },
};
