import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { openTerminal, runIn } from '../../../support/terminal.ts';

const versions = [20, 30, 40].map((rtoMinutes) => ({
  planId: 'shop',
  rtoMinutes,
  waves: [{ waveId: 'web', servers: [{ sourceServerId: serverId(rtoMinutes) }] }],
}));

describe('versions of a plan', { timeout: 60_000 }, () => {
  let runtime: Runtime;
  const folder = mkdtempSync(join(tmpdir(), 'versions-'));
  const file = join(folder, 'shop.yaml');
  const terminal = openTerminal();
  const { out, err } = terminal;

  const run = (...args: string[]): Promise<number> =>
    runIn(terminal, 'plan', ...args, '--endpoint', runtime.endpoint);

  beforeAll(async () => {
    runtime = await startRuntime({ speed: 1_000 });
    for (const version of versions) {
      writeFileSync(file, stringify(version));
      await run('put', file);
    }
  });
  afterAll(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => terminal.forget());

  it('are compared by name with the one before, by number, and with a file', async () => {
    expect(await run('diff', 'shop')).toBe(0);
    expect(out).toEqual([
      [
        'shop@2 → shop@3: 3 differences',
        '  rtoMinutes: 30 → 40',
        `  wave web: − server ${serverId(30)}`,
        `  wave web: + server ${serverId(40)}`,
      ].join('\n'),
    ]);
    out.length = 0;
    expect(await run('diff', 'shop@1', 'shop@3', '--json')).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({
      before: 'shop@1',
      after: 'shop@3',
      changes: ['rtoMinutes: 20 → 40', {}, {}].map((each) =>
        typeof each === 'string' ? each : (expect.any(String) as string),
      ),
    });
    out.length = 0;
    expect(await run('diff', 'shop', file)).toBe(0);
    expect(out).toEqual([`shop and ${file} say the same.`]);
  });

  it('that are not there are told of', async () => {
    expect(await run('diff', 'shop@9', 'shop')).toBe(2);
    expect(await run('diff', 'nothing')).toBe(2);
    expect(await run('history', 'nothing')).toBe(2);
    expect(await run('restore', 'shop', '9')).toBe(2);
    expect(err).toEqual([
      expect.stringContaining('There is no version 9 of the plan shop.'),
      expect.stringContaining('There is no plan nothing.'),
      expect.stringContaining('There is no plan nothing.'),
      expect.stringContaining('There is no version 9 of the plan shop.'),
    ]);
  });

  it('are listed with what each changed, and restored as the next one', async () => {
    expect(await run('history', 'shop')).toBe(0);
    expect(out.join('\n')).toMatch(
      /^version +stored \(UTC\) +hash +changed\nv3 .* rtoMinutes: 30 → 40, and 2 more\nv2 .* rtoMinutes: 20 → 30, and 2 more\nv1 .* the first$/,
    );
    out.length = 0;
    expect(await run('restore', 'shop', '1')).toBe(0);
    expect(out.join('\n')).toMatch(/^shop v4 says what v1 says:\n {2}rtoMinutes: 40 → 20\n/);
    out.length = 0;
    expect(await run('restore', 'shop', '4')).toBe(0);
    expect(out).toEqual(['shop v4 says that already.']);
    await expect(run('restore', 'shop', 'first')).rejects.toThrow();
  });
});
