import { percentileRows, type Sample } from './model/percentile-rows.ts';
import { polling } from './model/polling.ts';
import { overheadsOf, replayDesign, replayProduct } from './model/replay.ts';
import { callback, waitLoop } from './model/state-machine.ts';
import type { Bench } from './table.ts';

const designs = [
  polling(15_000),
  polling(60_000),
  waitLoop(15_000),
  waitLoop(30_000),
  callback({ hints: 0, hintAt: 'launch-end' }),
];

export const bench: Bench = {
  name: 'no-hints',
  about:
    'The same plan and seeds, and not one hint arrives: overhead when the plan has run before, and when it never has.',
  async run({ quick }) {
    const seeds = quick ? 50 : 1_000;
    const others: readonly Sample[] = designs.map((design) => ({
      name: design.name,
      values: replayDesign(design, seeds),
    }));
    const after = async (learnedOf: number): Promise<readonly number[]> =>
      overheadsOf(await replayProduct(seeds, { keep: 'never', hints: 0, learnedOf }));
    return [
      ...percentileRows({ name: 'durations learned', values: await after(1) }, others, {
        ...{ p50: { atMost: 9 }, p99: { atMost: 20 } },
      }),
      ...percentileRows({ name: 'durations of ten executions learned', values: await after(10) }, []),
      ...percentileRows({ name: 'first execution of the plan', values: await after(0) }, [], {
        ...{ p50: { atMost: 25 }, p99: { atMost: 45 } },
      }),
    ];
  },
};
