import { isMet, type Row, type Target } from './table.ts';

const digits = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 6 });

/** A figure as people read it: thousands apart, no more digits than it is worth. */
export const figureText = (figure: number): string => digits.format(figure);

export const targetText = (target: Target): string =>
  'atMost' in target ? `≤ ${figureText(target.atMost)}` : `≥ ${figureText(target.atLeast)}`;

const baselineText = ({ baselines = [] }: Row): string =>
  baselines.map(({ name, figure }) => `${name} ${figureText(figure)}`).join('; ');

export const verdict = ({ figure, target }: Row): string =>
  target === undefined ? '' : isMet(figure, target) ? 'met' : 'missed';

/** The cells of a row: subject, figure with its unit and spread, target, verdict, baselines. */
export const cells = (row: Row): readonly string[] => [
  row.subject,
  `${figureText(row.figure)} ${row.unit}${row.spread === undefined ? '' : ` (${figureText(row.spread[0])}–${figureText(row.spread[1])})`}`,
  row.target === undefined ? '' : targetText(row.target),
  verdict(row),
  baselineText(row),
];

export const heading = ['what', 'figure', 'target', '', 'beside it'] as const;

/** A table for a terminal: columns as wide as their widest cell, the last one as it is. */
export const tableText = (rows: readonly Row[]): string => {
  const lines = [heading, ...rows.map(cells)];
  const widths = heading.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => (column === 4 ? cell : cell.padEnd(widths[column] ?? 0))))
    .map((line) => `  ${line.join('  ').trimEnd()}`)
    .join('\n');
};
