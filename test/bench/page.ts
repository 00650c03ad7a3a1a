import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { cells, heading } from './print.ts';
import type { Result } from './results.ts';
import { shortRows } from './short.ts';

const front = join(import.meta.dirname, '../../README.md');
const file = join(import.meta.dirname, 'README.md');
const begin = '<!-- figures: written by npm run bench -->';
const end = '<!-- /figures -->';

const markdownRow = (cellsOfRow: readonly string[]): string =>
  `| ${cellsOfRow.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

const section = ({ name, about, machine, rows }: Result): string =>
  [
    `### ${name}`,
    '',
    about,
    '',
    markdownRow(heading),
    markdownRow(heading.map(() => '---')),
    ...rows.map((row) => markdownRow(cells(row))),
    '',
    `Measured ${machine.at.slice(0, 10)} at commit ${machine.commit}, Node ${machine.node.slice(1)}, ${machine.platform}, ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGb} GB.`,
  ].join('\n');

/** The page with this between its marks, and all else as it was. */
const withinMarks = (page: string, content: string): string => {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`a page has lost the marks ${begin} and ${end}`);
  return `${before}${begin}\n\n${content}\n\n${end}${after}`;
};

/** The page with these results between its marks. */
export const withFigures = (page: string, results: readonly Result[]): string =>
  withinMarks(page, results.map(section).join('\n\n'));

/** The front page with the few rows that sum up these results. */
export const withShortFigures = (page: string, results: readonly Result[]): string =>
  withinMarks(
    page,
    [heading, heading.map(() => '---'), ...shortRows(results).map(cells)].map(markdownRow).join('\n'),
  );

export const writePage = async (results: readonly Result[]): Promise<void> => {
  const options = await prettier.resolveConfig(file);
  const text = withFigures(readFileSync(file, 'utf8'), results);
  writeFileSync(file, await prettier.format(text, { ...options, filepath: file }));
  writeFileSync(front, withShortFigures(readFileSync(front, 'utf8'), results));
};
