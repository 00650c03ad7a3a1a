import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { callCrew, type Crew, type Total } from './campaign.ts';
import {
  failbackPaths,
  fullRunFailbacks,
  fullRunSeeds,
  hardlyMet,
  hardlyMetHomeward,
  recoveryPaths,
} from './coverage.ts';
import { faultForms, faultKinds } from './faults.ts';
import { killMutants } from './kill-mutants.ts';
import { failbackMutants } from './failback/mutants.ts';
import { BadArguments, readOptions, usage, type Options } from './options.ts';
import { runSeed } from './run-seed.ts';
import { shrinkSeed } from './shrink.ts';

const progressEveryMs = 10_000;

const commit = (): string => {
  const git = (...args: string[]): string => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim();
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const freshSeed = (): bigint => randomBytes(8).readBigUInt64BE() >> 1n;

const rates = (total: Total): string => {
  const perSecond = total.seeds / (total.wallMs / 1_000);
  const perCore = total.seeds / (total.cpuMs / 1_000);
  const hours = total.simulatedMs / 3_600_000;
  return [
    `${total.seeds} seeds`,
    `${perSecond.toFixed(0)} seeds/s`,
    `${perCore.toFixed(0)} per second of a core`,
    `${hours.toFixed(0)} simulated hours`,
    `${total.runs} handler runs`,
  ].join(', ');
};

const table = (title: string, counts: Readonly<Record<string, number>>, names: readonly string[]): void => {
  say(`\n${title}`);
  for (const name of names) say(`  ${String(counts[name] ?? 0).padStart(10)}  ${name}`);
};

const listOf = (faults: Options['faults']): string =>
  faults.length === faultKinds.length ? 'all' : faults.join(',') || 'none';

const lastLines = 40;

/** What led to a violation, made as small as it gets; of a failback alone all of it. */
const casesText = async (
  { seed, violation }: NonNullable<Total['found']>,
  { faults, failbacks }: Options,
): Promise<readonly string[]> => {
  if (failbacks) {
    const options = { allowed: new Set(faults), failbackOnly: true, keepTrace: true };
    const { lines } = await runSeed(BigInt(seed), options);
    return [`the last of ${lines.length} steps:`, ...lines.slice(-lastLines).map((line) => `  ${line}`)];
  }
  const small = await shrinkSeed(BigInt(seed), faults, violation.invariant);
  const needs = [`faults: ${small.faults.join(', ') || 'none'}`, `waves: ${small.waves.join(', ')}`];
  return [
    `needs the ${needs.join('; ')}; requests: ${small.requests}; the last of ${small.lines.length} steps:`,
    ...small.lines.slice(-lastLines).map((line) => `  ${line}`),
  ];
};

const reportViolation = async (found: NonNullable<Total['found']>, options: Options): Promise<void> => {
  const { seed, violation } = found;
  say(`\nVIOLATION of ${violation.invariant} by seed ${seed} at commit ${commit()}`);
  say(`  ${violation.what}`);
  for (const line of await casesText(found, options)) say(`  ${line}`);
  const failbacks = options.failbacks ? ' --failbacks' : '';
  say(
    `  reproduce: npm run simulate -- --from ${seed} --seeds 1 --faults ${listOf(options.faults)}${failbacks}`,
  );
};

/** Prints what a run without a violation proves, and gives whether it has met enough. */
const reportSuccess = (total: Total, { faults, failbacks }: Options): boolean => {
  const bound = (3 / total.seeds).toExponential(1);
  say(`\nNo violation: with 95 % confidence fewer than ${bound} of all seeds have one.`);
  const isFull = total.seeds >= (failbacks ? fullRunFailbacks : fullRunSeeds);
  if (faults.length < faultKinds.length || !isFull) return true;
  const missed = failbacks ? hardlyMetHomeward(total) : hardlyMet(total);
  if (missed.length > 0) say(`L4: hardly met: ${missed.join(', ')}`);
  return missed.length === 0;
};

const simulate = async (crew: Crew, options: Options): Promise<boolean> => {
  const { seeds, from = freshSeed(), faults, minutes, failbacks } = options;
  let told = 0;
  const onProgress = (sofar: Total): void => {
    if (sofar.wallMs - told < progressEveryMs) return;
    told = sofar.wallMs;
    say(`… ${rates(sofar)}`);
  };
  const budgetMs = (minutes ?? Infinity) * 60_000;
  const total = await crew.run({ from, seeds, faults, failbackOnly: failbacks, budgetMs, onProgress });
  say(`\nfrom seed ${from}, commit ${commit()}: ${rates(total)}`);
  if (!failbacks) {
    table('faults injected', total.injected, faultKinds);
    table('in these forms', total.injected, faultForms);
  }
  table('paths of recovery reached', total.counts, failbacks ? failbackPaths : recoveryPaths);
  if (total.found === undefined) return reportSuccess(total, options);
  await reportViolation(total.found, options);
  return false;
};

const plant = async (crew: Crew, { from = freshSeed(), failbacks }: Options): Promise<boolean> => {
  say(`mutants from seed ${from}, commit ${commit()}\n`);
  say(`  ${'mutant'.padEnd(52)} ${'killed by'.padEnd(20)} seeds`);
  const homeward = new Set(failbackMutants.map(({ name }) => name));
  const ends = await killMutants(
    crew,
    from,
    ({ mutant, invariant, seeds }) =>
      say(`  ${mutant.padEnd(52)} ${(invariant ?? 'SURVIVED').padEnd(20)} ${String(seeds).padStart(5)}`),
    (name) => !failbacks || homeward.has(name),
  );
  const dead = ends.filter(({ invariant }) => invariant !== undefined).length;
  say(`\n${dead} of ${ends.length} mutants died`);
  return dead === ends.length;
};

const main = async (): Promise<number> => {
  try {
    const options = readOptions(process.argv.slice(2));
    return (await (options.mutants ? plant : simulate)(await callCrew(), options)) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof BadArguments)) throw error;
    process.stderr.write(`${error.message}\n\n${usage}\n`);
    return 2;
  }
};

process.exit(await main());
