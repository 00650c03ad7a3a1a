import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { defaultConnection } from '../../../../../services/faces/cli/connection.ts';
import type { Console } from '../../../../../services/faces/cli/console.ts';
import { readPlanFile } from '../../../../../services/faces/cli/plan-file.ts';
import { planImport } from '../../../../../services/faces/cli/plan-import.ts';
import { type ImportCase, importCases } from './cases.ts';

const quiet: Console = { colors: createColors(false), print: () => undefined, warn: () => undefined };
const golden = join(import.meta.dirname, 'golden');

const imported = async (
  file: string,
  options: ImportCase['options'],
): Promise<Readonly<Record<string, string>>> => {
  const out = mkdtempSync(join(tmpdir(), 'import-'));
  try {
    expect(await planImport(file, { ...defaultConnection, ...options, out }, quiet)).toBe(0);
    return Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  } finally {
    rmSync(out, { recursive: true });
  }
};

describe('import', () => {
  it.each(importCases)('of $name gives its plans and its report', async ({ name, file, options }) => {
    const files = await imported(file, options);
    const names = Object.keys(files).sort();
    expect(names).toEqual(readdirSync(join(golden, name)).sort());
    for (const each of names) await expect(files[each]).toMatchFileSnapshot(join(golden, name, each));
  });

  it.each(importCases)('of $name gives plans that are valid as they stand', ({ name }) => {
    const plans = readdirSync(join(golden, name)).filter((file) => file.endsWith('.yaml'));
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(readPlanFile(join(golden, name, plan)).planId).toBe(plan.slice(0, -5));
  });
});
