import { percentileRows, type Sample } from './model/percentile-rows.ts';
import { polling } from './model/polling.ts';
import { overheadsOf, replayDesign, replayProduct } from './model/replay.ts';
import { callback, waitLoop } from './model/state-machine.ts';
import type { Bench } from './table.ts';

const hints = 0.99;

const designs = [
  polling(15_000),
  polling(60_000),
  waitLoop(15_000),
  waitLoop(30_000),
  callback({ hints, hintAt: 'launch-end' }),
];

/** What AWS does not document is taken as nothing: a lower bound that no client of DRS can reach. */
const nativePlan: Sample = { name: 'DRS native plan, undocumented, taken as', values: [0] };

export const bench: Bench = {
  name: 'seed-replay',
  about:
    "The analysis's plan (three waves of two servers in a row), 1,000 seeds, 99 % of the hints arrive: overhead over the jobs' own duration.",
  async run({ quick }) {
    const seeds = quick ? 50 : 1_000;
    const others: readonly Sample[] = [
      ...designs.map((design) => ({ name: design.name, values: replayDesign(design, seeds) })),
      nativePlan,
    ];
    const cold = overheadsOf(await replayProduct(seeds, { keep: 'never', hints }));
    const kept = overheadsOf(await replayProduct(seeds, { keep: 'minute', hints }));
    const warm = overheadsOf(await replayProduct(seeds, { keep: 'always', hints }));
    const targets = { p50: { atMost: 6 }, p99: { atMost: 12 } };
    return [
      ...percentileRows({ name: 'every invocation cold', values: cold }, others, targets),
      ...percentileRows({ name: 'a sandbox kept for a minute', values: kept }, []),
      ...percentileRows({ name: 'always warm', values: warm }, []),
    ];
  },
};
