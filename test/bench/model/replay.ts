import { createPrng } from '../../simulation/prng.ts';
import type { Design } from './design.ts';
import { runProduct, type ProductOptions, type ProductRun } from './product.ts';
import type { Keeping } from './sandbox-pool.ts';
import { analysisWorkload, criticalPathMs, type Workload } from './workload.ts';

/** The analysis's plan under a seed: the same jobs for every design. */
export const workloadOfSeed = (seed: number): Workload => analysisWorkload(createPrng(BigInt(seed)));

/** The plan's executions before this one, from which durations were learned. */
const earlierOfSeed = (seed: number, executions: number): readonly Workload[] =>
  Array.from({ length: executions }, (_, index) =>
    analysisWorkload(createPrng(BigInt(seed) + (BigInt(index + 1) << 40n))),
  );

/** Executions of the product, one a seed. */
export const replayProduct = async (
  seeds: number,
  options: Pick<ProductOptions, 'keep' | 'hints'> & { readonly learnedOf?: number },
): Promise<readonly ProductRun[]> => {
  const { learnedOf = 0, ...rest } = options;
  const runs: ProductRun[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const known = { learned: earlierOfSeed(seed, learnedOf) };
    runs.push(
      await runProduct({ ...rest, ...known, seed: BigInt(seed) << 20n, workload: workloadOfSeed(seed) }),
    );
  }
  return runs;
};

/** Overheads of another design over the same seeds, in seconds. */
export const replayDesign = (design: Design, seeds: number, keep: Keeping = 'never'): readonly number[] =>
  Array.from({ length: seeds }, (_, index) => {
    const workload = workloadOfSeed(index + 1);
    const { makespanMs } = design.run({ seed: BigInt(index + 1) << 20n, workload, keep });
    return (makespanMs - criticalPathMs(workload)) / 1_000;
  });

export const overheadsOf = (runs: readonly ProductRun[]): readonly number[] =>
  runs.map(({ overheadMs }) => overheadMs / 1_000);
