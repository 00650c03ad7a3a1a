import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { bundleWorker, runCampaign, type Total } from './campaign.ts';
import { recoveryPaths } from './coverage.ts';
import { faultKinds, type FaultKind } from './faults.ts';
import { mutants } from './mutants.ts';
import { shrinkSeed } from './shrink.ts';

/** Below this a path counts as not tested in a run of this many seeds or more. */
const pathReachesMin = 20;
const coveredSeedsMin = 20_000;
/** A mutant that lives longer than this is a hole in the simulator. */
const mutantSeedsMax = 4_000;

const commit = (): string =>
  spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const freshSeed = (): bigint => randomBytes(8).readBigUInt64BE() >> 1n;

const faultsNamed = (list: string): readonly FaultKind[] => {
  if (list === 'all') return faultKinds;
  if (list === 'none') return [];
  return list.split(',').map((name) => {
    const kind = faultKinds.find((each) => each === name);
    if (kind === undefined) throw new Error(`there is no fault ${name}; there are ${faultKinds.join(', ')}`);
    return kind;
  });
};

const rates = (total: Total): string => {
  const seconds = total.wallMs / 1_000;
  const hours = total.simulatedMs / 3_600_000;
  return `${total.seeds} seeds, ${(total.seeds / seconds).toFixed(0)} seeds/s, ${(total.seeds / (total.cpuMs / 1_000)).toFixed(0)} seeds per second and core, ${hours.toFixed(0)} simulated hours, ${total.runs} handler runs`;
};

const table = (title: string, counts: Readonly<Record<string, number>>, names: readonly string[]): void => {
  say(`\n${title}`);
  for (const name of names) say(`  ${String(counts[name] ?? 0).padStart(10)}  ${name}`);
};

const reportViolation = async (total: Total, list: string): Promise<void> => {
  if (total.found === undefined) return;
  const { seed, violation } = total.found;
  say(`\nVIOLATION of ${violation.invariant} by seed ${seed} at commit ${commit()}`);
  say(`  ${violation.what}`);
  const small = await shrinkSeed(BigInt(seed), faultsNamed(list), violation.invariant);
  say(
    `  needs the faults: ${small.faults.join(', ') || 'none'}; waves: ${small.waves.join(', ')}; requests: ${small.requests}`,
  );
  for (const line of small.lines.slice(-40)) say(`    ${line}`);
  say(`  reproduce: npm run simulate -- --from ${seed} --seeds 1 --faults ${list}`);
};

const simulate = async (
  from: bigint,
  seeds: number,
  list: string,
  budgetMs: number | undefined,
): Promise<boolean> => {
  const bundle = await bundleWorker();
  let told = 0;
  const total = await runCampaign(bundle, {
    from,
    seeds,
    faults: faultsNamed(list),
    ...(budgetMs !== undefined && { budgetMs }),
    onProgress: (sofar) => {
      if (sofar.wallMs - told < 10_000) return;
      told = sofar.wallMs;
      say(`… ${rates(sofar)}`);
    },
  });
  say(`\nfrom seed ${from}, commit ${commit()}: ${rates(total)}`);
  table('faults injected', total.injected, [...faultKinds, 'timer lost']);
  table('paths of recovery reached', total.counts, recoveryPaths);
  await reportViolation(total, list);
  if (total.found !== undefined) return false;
  say(
    `\nNo violation: with 95 % confidence fewer than ${(3 / total.seeds).toExponential(1)} of all seeds have one.`,
  );
  if (list !== 'all' || total.seeds < coveredSeedsMin) return true;
  const missed = recoveryPaths.filter((path) => (total.counts[path] ?? 0) < pathReachesMin);
  if (missed.length > 0) say(`L4: hardly reached: ${missed.join(', ')}`);
  return missed.length === 0;
};

const killMutants = async (from: bigint): Promise<boolean> => {
  const bundle = await bundleWorker();
  let survivors = 0;
  say(`mutants, from seed ${from}\n`);
  for (const { name } of mutants) {
    const total = await runCampaign(bundle, {
      from,
      seeds: mutantSeedsMax,
      faults: faultKinds,
      mutant: name,
    });
    const { found } = total;
    if (found === undefined) survivors += 1;
    const how =
      found === undefined
        ? 'SURVIVED'
        : `${found.violation.invariant.padEnd(20)} after ${BigInt(found.seed) - from + 1n} seeds`;
    say(`  ${name.padEnd(50)} ${how}`);
  }
  say(`\n${mutants.length - survivors} of ${mutants.length} mutants died`);
  return survivors === 0;
};

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    faults: { type: 'string', default: 'all' },
    minutes: { type: 'string' },
    mutants: { type: 'boolean', default: false },
  },
});
const from = values.from === undefined ? freshSeed() : BigInt(values.from);
const budgetMs = values.minutes === undefined ? undefined : Number(values.minutes) * 60_000;
const held = values.mutants
  ? await killMutants(from)
  : await simulate(from, Number(values.seeds), values.faults, budgetMs);
process.exit(held ? 0 : 1);
