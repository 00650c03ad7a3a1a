import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodesText } from '../../../../services/faces/cli/help.ts';

const root = resolve(import.meta.dirname, '../../../..');

it('help and README give every exit code the same meaning', () => {
  const readme = readFileSync(join(root, 'services/faces/README.md'), 'utf8');
  const [, ...lines] = exitCodesText().split('\n');
  expect(lines).toHaveLength(7);
  for (const line of lines) expect(readme).toContain(`\n| ${line.trim().replace(/ {2}/, ' | ')}`);
});

it('the command line says its version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, 'services/faces/cli/groundswell.mjs'), '--version'],
    { encoding: 'utf8' },
  );
  expect([stdout, status]).toEqual([`${version}\n`, 0]);
});
