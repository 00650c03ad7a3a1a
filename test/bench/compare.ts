import type { Row } from './table.ts';

const prefersMore = ({ target, better }: Row): boolean =>
  target === undefined ? better === 'more' : 'atLeast' in target;

/** By how much of the committed figure a new one is worse; 0 or less if it is not. */
const worseBy = (row: Row, committed: number): number => {
  const difference = prefersMore(row) ? committed - row.figure : row.figure - committed;
  if (difference <= 0) return 0;
  return committed === 0 ? Number.POSITIVE_INFINITY : difference / Math.abs(committed);
};

/**
 * What is worse than the committed figures by more than its tolerance, or no longer measured. Only of what is
 * counted: a figure of the clock is as noisy as its machine.
 */
export const regressions = (rows: readonly Row[], committed: readonly Row[]): readonly string[] => {
  const before = committed.filter((row) => row.kind === 'counted');
  const missing = before
    .filter(({ subject }) => !rows.some((row) => row.subject === subject))
    .map(({ subject }) => `${subject} is no longer measured`);
  const worse = rows.flatMap((row) => {
    const known = before.find(({ subject }) => subject === row.subject);
    if (row.kind !== 'counted' || known === undefined) return [];
    if (worseBy(row, known.figure) <= (row.tolerance ?? 0)) return [];
    return [`${row.subject}: ${row.figure} ${row.unit}, was ${known.figure}`];
  });
  return [...missing, ...worse];
};

/** Counted figures that are not what was committed, for better or worse. */
export const changes = (rows: readonly Row[], committed: readonly Row[]): readonly string[] =>
  rows.flatMap((row) => {
    const known = committed.find(({ subject }) => subject === row.subject);
    return row.kind === 'counted' && known !== undefined && known.figure !== row.figure
      ? [`${row.subject}: ${row.figure} ${row.unit}, was ${known.figure}`]
      : [];
  });
