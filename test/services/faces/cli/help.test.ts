import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodesText } from '../../../../services/faces/cli/help.ts';

it('help and README give every exit code the same meaning', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../../../services/faces/README.md'), 'utf8');
  const [, ...lines] = exitCodesText().split('\n');
  expect(lines).toHaveLength(6);
  for (const line of lines) expect(readme).toContain(`\n| ${line.trim().replace(/ {2}/, ' | ')}`);
});
