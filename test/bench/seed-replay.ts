import { percentileRows, type Sample } from './model/percentile-rows.ts';
import { polling } from './model/polling.ts';
import { overheadsOf, replayDesign, replayProduct } from './model/replay.ts';
import type { Keeping } from './model/sandbox-pool.ts';
import { callback, waitLoop } from './model/state-machine.ts';
import type { Bench } from './table.ts';

const hints = 0.99;

/** The strongest rival, as it is usually built, and with what the product knows of DRS. */
const callbacks = [
  callback({ hints, hintAt: 'launch-end' }),
  callback({ hints, hintAt: 'launch-end', goesOnWith: 'last server' }),
  callback({ hints, hintAt: 'launch-end', goesOnWith: 'last server', asks: true }),
];
const designs = [polling(15_000), polling(60_000), waitLoop(15_000), waitLoop(30_000), ...callbacks];

/** What AWS does not document is taken as nothing: a lower bound that no client of DRS can reach. */
const nativePlan: Sample = { name: 'DRS native plan, undocumented, taken as', values: [0] };

export const bench: Bench = {
  name: 'seed-replay',
  about:
    "The analysis's plan (three waves of two servers in a row), 1,000 seeds, 99 % of the hints arrive: overhead over the jobs' own duration. What stands beside a row keeps its sandboxes as the row does.",
  async run({ quick }) {
    const seeds = quick ? 50 : 1_000;
    const product = async (keep: Keeping): Promise<readonly number[]> =>
      overheadsOf(await replayProduct(seeds, { keep, hints }));
    const others = (of: typeof designs, keep: Keeping): readonly Sample[] =>
      of.map((design) => ({ name: design.name, values: replayDesign(design, seeds, keep) }));
    return [
      ...percentileRows(
        { name: 'every invocation cold', values: await product('never') },
        [...others(designs, 'never'), nativePlan],
        { p50: { atMost: 5 }, p99: { atMost: 8 } },
      ),
      ...percentileRows({ name: 'a sandbox kept for a minute', values: await product('minute') }, []),
      ...percentileRows(
        { name: 'a sandbox kept for five minutes', values: await product('five minutes') },
        others(callbacks, 'five minutes'),
        { p50: { atMost: 2.5 }, p99: { atMost: 6 } },
      ),
      ...percentileRows(
        { name: 'always warm', values: await product('always') },
        others(callbacks, 'always'),
      ),
    ];
  },
};
