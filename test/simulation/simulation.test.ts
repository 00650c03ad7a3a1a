import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bundleWorker, runCampaign } from './campaign.ts';
import { faultKinds, noFaults } from './faults.ts';
import { mutants } from './mutants.ts';
import { regressions } from './regressions.ts';
import { runSeed } from './run-seed.ts';

const freshSeeds = 1_000;

describe('simulation', () => {
  it('gives the same trace for the same seed', async () => {
    for (let seed = 1n; seed <= 20n; seed++) {
      const [one, two] = [await runSeed(seed, { keepTrace: true }), await runSeed(seed, { keepTrace: true })];
      expect(two.traceHash).toBe(one.traceHash);
      expect(two.lines).toEqual(one.lines);
    }
  });

  it('gives another trace for another seed', async () => {
    const hashes = new Set<string>();
    for (let seed = 1n; seed <= 20n; seed++) hashes.add((await runSeed(seed)).traceHash);
    expect(hashes.size).toBe(20);
  });

  it.each(regressions)('holds where $cause (seed $seed)', async ({ seed }) => {
    const { violation } = await runSeed(seed);
    expect(violation).toBeUndefined();
  });

  it('injects nothing when no fault is allowed', async () => {
    const { injected, violation } = await runSeed(7n, { allowed: noFaults });
    expect(injected).toEqual({});
    expect(violation).toBeUndefined();
  });

  it('finds a planted mistake', async () => {
    const bundle = await bundleWorker();
    const [mutant] = mutants.filter(({ name }) => name === 'takes no leases');
    const { found } = await runCampaign(bundle, {
      from: 1n,
      seeds: 500,
      faults: faultKinds,
      mutant: mutant!.name,
    });
    expect(found?.violation.invariant).toBe('S10');
  }, 60_000);

  it(`holds every invariant in ${freshSeeds} fresh seeds`, async () => {
    const from = randomBytes(8).readBigUInt64BE() >> 1n;
    const total = await runCampaign(await bundleWorker(), { from, seeds: freshSeeds, faults: faultKinds });
    expect(total.found, `npm run simulate -- --from ${total.found?.seed} --seeds 1`).toBeUndefined();
    expect(total.seeds).toBe(freshSeeds);
  }, 300_000);
});
