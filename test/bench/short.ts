import type { Result } from './results.ts';
import type { Row } from './table.ts';

/** What the front page shows: the words for it, the table, and the row's subject there. */
const shown = [
  ['overhead of three waves, all cold, p50', 'seed-replay', 'every invocation cold, p50'],
  ['the same, p99', 'seed-replay', 'every invocation cold, p99'],
  ['the same without hints, p50', 'no-hints', 'durations learned, p50'],
  ['the same under every fault, mild, p99', 'fault-tax', 'all faults, mild, overhead p99'],
  ['20 waves against a strict sequence', 'graph', '20 waves, faster than a strict sequence'],
  ['20 waves against a level barrier', 'graph', '20 waves, faster than a level barrier'],
  ['write units of a wave', 'calls', 'write units'],
  ['an execution, all in', 'cost', 'an execution, all in'],
] as const;

/** The rows that sum up the tables, in the front page's words; those of tables that were never measured are left out. */
export const shortRows = (results: readonly Result[]): readonly Row[] =>
  shown.flatMap(([words, table, subject]) => {
    const result = results.find(({ name }) => name === table);
    const row = result?.rows.find((each) => each.subject === subject);
    if (result !== undefined && row === undefined) throw new Error(`${table} has no row ${subject}`);
    return row === undefined ? [] : [{ ...row, subject: words }];
  });
