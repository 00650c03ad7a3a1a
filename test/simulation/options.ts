import { parseArgs } from 'node:util';
import { faultKinds, type FaultKind } from './faults.ts';

export const usage = `npm run simulate -- [options]
  --seeds N       how many seeds to run, one after the other (1000)
  --from SEED     the first of them, as a number (a random one)
  --faults LIST   all, none, or names with commas between them (all)
  --minutes M     begin no new seeds after so many minutes
  --failbacks     run a failback of each seed, and nothing else of it
  --mutants       plant each mistake that is known and count the seeds until it is found
faults: ${faultKinds.join(', ')}`;

export interface Options {
  readonly seeds: number;
  readonly from: bigint | undefined;
  readonly faults: readonly FaultKind[];
  readonly minutes: number | undefined;
  readonly mutants: boolean;
  /** Only failbacks; with mutants, only the mistakes on the way home. */
  readonly failbacks: boolean;
}

/** What is wrong with the arguments, all of it, in sentences. */
export class BadArguments extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

const names = ['seeds', 'from', 'faults', 'minutes'] as const;
const seedMax = 2n ** 64n;

const parsed = (args: readonly string[]) => {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { seeds: text, from: text, faults: text, minutes: text, mutants: flag, failbacks: flag },
    }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const options = [...names, 'mutants', 'failbacks'].map((name) => `--${name}`).join(', ');
    throw new BadArguments([`${why} Valid options: ${options}.`]);
  }
};

const faultsNamed = (list: string, wrong: string[]): readonly FaultKind[] => {
  if (list === 'all') return faultKinds;
  if (list === 'none') return [];
  return list.split(',').flatMap((name) => {
    const kind = faultKinds.find((each) => each === name);
    if (kind === undefined)
      wrong.push(`--faults: there is no fault "${name}"; there are all, none, ${faultKinds.join(', ')}.`);
    return kind ?? [];
  });
};

/** Reads the command line; throws BadArguments with every fault at once. */
export const readOptions = (args: readonly string[]): Options => {
  const values = parsed(args);
  const wrong: string[] = [];
  const seeds = Number(values.seeds ?? 1_000);
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    wrong.push(`--seeds: "${values.seeds}" is not a whole number from 1.`);
  const from = /^\d+$/.test(values.from ?? '0') ? BigInt(values.from ?? 0) : seedMax;
  if (from >= seedMax) wrong.push(`--from: "${values.from}" is not a whole number below 2^64.`);
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0 && Number.isFinite(minutes)))
    wrong.push(`--minutes: "${values.minutes}" is not a number above 0.`);
  const faults = faultsNamed(values.faults ?? 'all', wrong);
  if (wrong.length > 0) throw new BadArguments(wrong);
  return {
    seeds,
    from: values.from === undefined ? undefined : from,
    faults,
    minutes,
    mutants: values.mutants === true,
    failbacks: values.failbacks === true,
  };
};
