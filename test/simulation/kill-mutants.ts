import type { Crew } from './campaign.ts';
import { faultKinds } from './faults.ts';
import { mutants } from './mutants.ts';

/**
 * A mutant that lives longer than this is a hole in the simulator. The hardest one needs 500 seeds on average, so that
 * a run which says so without a reason comes once in a few billion.
 */
export const mutantSeedsMax = 12_000;

export interface MutantEnd {
  readonly mutant: string;
  /** Undefined for a survivor. */
  readonly invariant: string | undefined;
  /** How many seeds were run until one of them killed it, or in vain. */
  readonly seeds: number;
}

/** Plants every known mistake, one after the other, and runs seeds until an invariant finds it. */
export const killMutants = async (
  crew: Crew,
  from: bigint,
  onEnd: (end: MutantEnd) => void,
  which: (name: string) => boolean = () => true,
): Promise<readonly MutantEnd[]> => {
  const ends: MutantEnd[] = [];
  for (const { name } of mutants.filter((mutant) => which(mutant.name))) {
    const { found, seeds } = await crew.run({
      from,
      seeds: mutantSeedsMax,
      faults: faultKinds,
      mutant: name,
    });
    const needed = found === undefined ? seeds : Number(BigInt(found.seed) - from) + 1;
    const end = { mutant: name, invariant: found?.violation.invariant, seeds: needed };
    ends.push(end);
    onEnd(end);
  }
  return ends;
};

/** How many seeds it takes until one invariant finds a mistake before any other does; undefined where it never does. */
export const seedsToFind = async (
  crew: Crew,
  from: bigint,
  invariant: string,
  mutant: string,
): Promise<number | undefined> => {
  const { found } = await crew.run({ from, seeds: mutantSeedsMax, faults: faultKinds, mutant, invariant });
  return found && Number(BigInt(found.seed) - from) + 1;
};
