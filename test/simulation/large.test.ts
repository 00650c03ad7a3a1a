import { expect, it } from 'vitest';
import { enlargeAlways } from './enlarge.ts';
import { noFaults } from './faults.ts';
import { mutants } from './mutants.ts';
import { runSeed } from './run-seed.ts';

const mutant = mutants.find(({ enlarge }) => enlarge !== undefined);

it('holds every invariant in waves of up to a thousand servers', { timeout: 300_000 }, async () => {
  for (const seed of [1n, 3n, 4n, 12n, 15n]) {
    const { violation, counts } = await runSeed(seed, { enlarge: enlargeAlways });
    expect([seed, violation, counts['large wave']]).toEqual([seed, undefined, 1]);
  }
});

it('finds a record that grows with its servers', { timeout: 300_000 }, async () => {
  if (mutant === undefined) throw new Error('no mutant is for large waves');
  const { violation } = await runSeed(2n, { mutant, allowed: noFaults });
  expect(violation?.invariant).toBe('S27');
});
