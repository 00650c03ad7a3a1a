import { createPrng, type Prng } from '../simulation/prng.ts';
import { runProduct } from './model/product.ts';
import { median, round } from './model/quantile.ts';
import { criticalPathMs, jobMsOf, workloadOf, type WaveShape, type Workload } from './model/workload.ts';
import type { Bench, Row } from './table.ts';

const sizes = [6, 12, 20, 50];
const jobMs = 480_000;
/** Jobs differ by half in two of three cases: a Linux server boots in minutes, a Windows server in twenty. */
const share = 0.4;

/** Each wave but the first depends on one or two of the waves before it. */
const shapesOf = (prng: Prng, waves: number): readonly WaveShape[] =>
  Array.from({ length: waves }, (_, index) => {
    const count = index === 0 ? 0 : prng.between(1, Math.min(2, index));
    const dependencies = Array.from({ length: count }, () => `wave-${prng.int(index)}`);
    return { waveId: `wave-${index}`, dependsOn: [...new Set(dependencies)], servers: 1 };
  });

/** The level of each wave: one more than the highest of what it depends on. */
const levelsOf = ({ plan }: Workload): ReadonlyMap<string, number> => {
  const levels = new Map<string, number>();
  for (const { waveId, dependsOn } of plan.waves)
    levels.set(waveId, 1 + Math.max(0, ...dependsOn.map((dependency) => levels.get(dependency) ?? 0)));
  return levels;
};

const sequenceMs = (workload: Workload): number =>
  workload.plan.waves.reduce((sum, { waveId }) => sum + jobMsOf(workload, waveId), 0);

/** Each level waits for all of the level before: the best that a linear plan can say. */
const barrierMs = (workload: Workload): number => {
  const longest = new Map<number, number>();
  for (const [waveId, level] of levelsOf(workload))
    longest.set(level, Math.max(longest.get(level) ?? 0, jobMsOf(workload, waveId)));
  return [...longest.values()].reduce((sum, ms) => sum + ms, 0);
};

const measure = async (seed: number, waves: number) => {
  const prng = createPrng(BigInt(seed));
  const shapes = shapesOf(prng, waves);
  const workload = workloadOf(
    prng,
    shapes,
    shapes.map(() => jobMs),
    share,
  );
  const { makespanMs } = await runProduct({
    seed: BigInt(seed) << 20n,
    workload,
    keep: 'never',
    hints: 0.99,
  });
  const criticalMs = criticalPathMs(workload);
  const levels = Math.max(...levelsOf(workload).values());
  return {
    overCritical: makespanMs / criticalMs,
    overTarget: makespanMs / (1.02 * criticalMs + 2_000 * levels),
    secondsALevel: (makespanMs - criticalMs) / 1_000 / levels,
    sequence: sequenceMs(workload) / makespanMs,
    barrier: barrierMs(workload) / makespanMs,
  };
};

export const bench: Bench = {
  name: 'graph',
  about:
    'Random graphs of waves, jobs around 8 min, every invocation cold: makespan against the critical path of the jobs, and against a strict sequence and a level barrier that cost nothing but their jobs. Medians.',
  async run({ quick }) {
    const rows: Row[] = [];
    for (const waves of sizes) {
      const runs: Awaited<ReturnType<typeof measure>>[] = [];
      for (let seed = 1; seed <= (quick ? 4 : 40); seed++) runs.push(await measure(seed * 64 + waves, waves));
      const row = (
        subject: string,
        pick: (run: (typeof runs)[number]) => number,
        more: Partial<Row>,
      ): Row => ({
        subject: `${waves} waves, ${subject}`,
        figure: round(median(runs.map(pick)), 3),
        unit: '×',
        kind: 'counted',
        ...more,
      });
      rows.push(
        row('makespan over 1.02 × critical path + 2 s a level', (run) => run.overTarget, {
          target: { atMost: 1 },
        }),
        row('makespan over critical path', (run) => run.overCritical, {
          baselines: [
            {
              name: 'strict sequence',
              figure: round(median(runs.map((r) => r.sequence * r.overCritical)), 2),
            },
            { name: 'level barrier', figure: round(median(runs.map((r) => r.barrier * r.overCritical)), 2) },
          ],
        }),
        row('above the critical path, a level', (run) => run.secondsALevel, { unit: 's' }),
        row('faster than a strict sequence', (run) => run.sequence, { better: 'more' }),
        row('faster than a level barrier', (run) => run.barrier, { better: 'more' }),
      );
    }
    return rows;
  },
};
