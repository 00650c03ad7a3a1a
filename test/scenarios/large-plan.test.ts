import { expect, it } from 'vitest';
import { decisions, runLayers } from '../bench/size.ts';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

it(
  'a plan of 1,000 servers in 200 waves runs, with as many calls per decision as a small one and small items',
  {
    timeout: 300_000,
  },
  async () => {
    const small = await runLayers(20, 100);
    const large = await runLayers(200, 1_000);
    expect([large.execution.status, large.failures]).toEqual(['COMPLETED', []]);
    expect(Object.keys(large.execution.waves)).toHaveLength(200);
    const calls = (run: typeof small) =>
      median(decisions(run.costs).map(({ reads, writes }) => reads + writes));
    expect(calls(large)).toBe(calls(small));
    // A tenth of what DynamoDB allows, which is 400 KB.
    for (const { kind, bytes } of large.records) expect([kind, bytes < 40_000]).toEqual([kind, true]);
  },
);
