import { parseArguments, usage, type Arguments } from './arguments.ts';
import { benches, quickTables } from './catalogue.ts';
import { changes, regressions } from './compare.ts';
import { thisMachine, type Machine } from './machine.ts';
import { writePage } from './page.ts';
import { tableText } from './print.ts';
import { readResult, writeResult, type Result } from './results.ts';
import type { Bench, Row } from './table.ts';

const known = Object.keys(benches);

/** Measures a table, prints it, and keeps it unless it is worse than what is committed. Gives what is worse. */
const measure = async (
  bench: Bench,
  { quick, accept }: Arguments,
  machine: Machine,
): Promise<readonly string[]> => {
  const from = performance.now();
  const rows = await bench.run({ quick });
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  console.log(`\n${bench.name} (${seconds} s)\n${bench.about}\n\n${tableText(rows)}`);
  const committed = readResult(bench.name, quick ? 'quick' : 'whole')?.rows ?? [];
  const worse = accept ? [] : regressions(rows, committed);
  for (const change of changes(rows, committed)) console.log(`  changed: ${change}`);
  if (worse.length === 0 && !quick) await keep(bench, rows, machine);
  return worse.map((each) => `${bench.name}: ${each}`);
};

/** Keeps the figures of a table, and those of its quick run where a test compares with them. */
const keep = async (bench: Bench, rows: readonly Row[], machine: Machine): Promise<void> => {
  const { name, about } = bench;
  await writeResult({ name, about, machine, rows });
  if (!quickTables.some((each) => each === name)) return;
  const counted = (await bench.run({ quick: true })).filter(({ kind }) => kind === 'counted');
  await writeResult({ name, about, machine, rows: counted }, 'quick');
};

const run = async (given: Arguments): Promise<number> => {
  const machine = thisMachine();
  const worse: string[] = [];
  for (const name of given.names) {
    const load = benches[name];
    if (load !== undefined) worse.push(...(await measure((await load()).bench, given, machine)));
  }
  if (!given.quick) {
    const results = known
      .map((name) => readResult(name))
      .filter((result): result is Result => result !== undefined);
    await writePage(results);
  }
  if (worse.length === 0) return 0;
  console.error(`\nWorse than what is committed:\n${worse.map((each) => `  ${each}`).join('\n')}`);
  console.error(
    'Nothing of these tables was written. With --accept they become the figures to compare with.',
  );
  return 1;
};

const given = parseArguments(process.argv.slice(2), known);
if ('faults' in given) {
  console.error(`${given.faults.map((fault) => `bench: ${fault}`).join('\n')}\n\n${usage(known)}`);
  process.exitCode = 2;
} else process.exitCode = await run(given);
