import { expect, it } from 'vitest';
import { outFile } from '../../../../services/faces/cli/out-file.ts';

it.each([
  ['a page in a pipe', { format: 'html' }, false, undefined],
  ['a page on a terminal', { format: 'html' }, true, 'evidence.html'],
  ['a PDF', { format: 'pdf' }, false, 'evidence.pdf'],
  ['a table on a terminal', { format: 'csv' }, true, undefined],
  ['what is named', { format: 'html', out: 'quarter.html' }, true, 'quarter.html'],
] as const)('%s goes where it can be read', (_what, options, isTerminal, file) => {
  expect(outFile(options, 'evidence', isTerminal)).toBe(file);
});
