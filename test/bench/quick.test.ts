import { describe, expect, it } from 'vitest';
import { benches, quickTables } from './catalogue.ts';
import { regressions } from './compare.ts';
import { readResult } from './results.ts';

describe('the counted figures of a quick run', { timeout: 300_000 }, () => {
  it.each(quickTables)('of %s are not worse than the committed ones', async (name) => {
    const committed = readResult(name, 'quick');
    expect(committed, `npm run bench -- ${name} writes them`).toBeDefined();
    const { bench } = (await benches[name]?.()) ?? {};
    const rows = (await bench?.run({ quick: true })) ?? [];
    expect(rows).not.toEqual([]);
    expect(regressions(rows, committed?.rows ?? [])).toEqual([]);
  });
});
