import { visibleIn } from '../../../contracts/visible-text.ts';

/** Cuts a text to so many columns, with an ellipsis where something is missing. */
export const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;

/** A text as lines of at most so many columns, broken between words; all but the first are indented. */
export const wrapped = (text: string, width: number, indent: number): readonly string[] => {
  const space = text.lastIndexOf(' ', width);
  if (text.length <= width || space <= indent) return [text];
  const rest = `${' '.repeat(indent)}${text.slice(space + 1)}`;
  return [text.slice(0, space).trimEnd(), ...wrapped(rest, width, indent)];
};

/** A bar of so many columns, filled to a fraction from 0 to 1. */
export const barText = (fraction: number, width: number): string => {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
};

/** Rows as columns, each as wide as its widest cell; a column may be aligned to the right. */
export const tableText = (
  given: readonly (readonly string[])[],
  rightAligned: readonly number[] = [],
): readonly string[] => {
  const rows = visibleIn(given);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return rightAligned.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
};
