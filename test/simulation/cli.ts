import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { callCrew, type Crew, type Total } from './campaign.ts';
import { fullRunSeeds, hardlyMet, recoveryPaths } from './coverage.ts';
import { faultForms, faultKinds } from './faults.ts';
import { killMutants } from './kill-mutants.ts';
import { mutants } from './mutants.ts';
import { BadArguments, readOptions, usage, type Options } from './options.ts';
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

const reportViolation = async (
  { seed, violation }: NonNullable<Total['found']>,
  faults: Options['faults'],
): Promise<void> => {
  say(`\nVIOLATION of ${violation.invariant} by seed ${seed} at commit ${commit()}`);
  say(`  ${violation.what}`);
  const small = await shrinkSeed(BigInt(seed), faults, violation.invariant);
  const needs = [`faults: ${small.faults.join(', ') || 'none'}`, `waves: ${small.waves.join(', ')}`];
  say(
    `  needs the ${needs.join('; ')}; requests: ${small.requests}; the last of ${small.lines.length} steps:`,
  );
  for (const line of small.lines.slice(-40)) say(`    ${line}`);
  say(`  reproduce: npm run simulate -- --from ${seed} --seeds 1 --faults ${listOf(faults)}`);
};

/** Prints what a run without a violation proves, and gives whether it has met enough. */
const reportSuccess = (total: Total, faults: Options['faults']): boolean => {
  const bound = (3 / total.seeds).toExponential(1);
  say(`\nNo violation: with 95 % confidence fewer than ${bound} of all seeds have one.`);
  if (faults.length < faultKinds.length || total.seeds < fullRunSeeds) return true;
  const missed = hardlyMet(total);
  if (missed.length > 0) say(`L4: hardly met: ${missed.join(', ')}`);
  return missed.length === 0;
};

const simulate = async (
  crew: Crew,
  { seeds, from = freshSeed(), faults, minutes }: Options,
): Promise<boolean> => {
  let told = 0;
  const onProgress = (sofar: Total): void => {
    if (sofar.wallMs - told < progressEveryMs) return;
    told = sofar.wallMs;
    say(`… ${rates(sofar)}`);
  };
  const budgetMs = (minutes ?? Infinity) * 60_000;
  const total = await crew.run({ from, seeds, faults, budgetMs, onProgress });
  say(`\nfrom seed ${from}, commit ${commit()}: ${rates(total)}`);
  table('faults injected', total.injected, faultKinds);
  table('in these forms', total.injected, faultForms);
  table('paths of recovery reached', total.counts, recoveryPaths);
  if (total.found === undefined) return reportSuccess(total, faults);
  await reportViolation(total.found, faults);
  return false;
};

const plant = async (crew: Crew, { from = freshSeed() }: Options): Promise<boolean> => {
  say(`mutants from seed ${from}, commit ${commit()}\n`);
  say(`  ${'mutant'.padEnd(52)} ${'killed by'.padEnd(20)} seeds`);
  const ends = await killMutants(crew, from, ({ mutant, invariant, seeds }) =>
    say(`  ${mutant.padEnd(52)} ${(invariant ?? 'SURVIVED').padEnd(20)} ${String(seeds).padStart(5)}`),
  );
  const dead = ends.filter(({ invariant }) => invariant !== undefined).length;
  say(`\n${dead} of ${mutants.length} mutants died`);
  return dead === mutants.length;
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
