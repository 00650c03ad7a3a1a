import type { Row } from '../table.ts';
import { median, round } from './quantile.ts';

/** The median of several timings with the least and the most of them. */
export const timedRow = (
  subject: string,
  values: readonly number[],
  unit: string,
  more: Partial<Row> = {},
): Row => {
  const digits = median(values) < 100 ? 2 : 0;
  return {
    subject,
    figure: round(median(values), digits),
    unit,
    kind: 'timed',
    spread: [round(Math.min(...values), digits), round(Math.max(...values), digits)],
    ...more,
  };
};
