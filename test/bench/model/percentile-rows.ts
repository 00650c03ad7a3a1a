import type { Baseline, Row, Target } from '../table.ts';
import { quantile, round } from './quantile.ts';

export interface Sample {
  readonly name: string;
  /** Seconds. */
  readonly values: readonly number[];
}

const percentiles = [
  ['p50', 0.5],
  ['p99', 0.99],
] as const;

/** Median and 99th percentile of the product's overhead, with those of the other designs beside them. */
export const percentileRows = (
  product: Sample,
  others: readonly Sample[],
  targets: Readonly<Partial<Record<'p50' | 'p99', Target>>> = {},
): readonly Row[] =>
  percentiles.map(([name, share]) => {
    const target = targets[name];
    return {
      subject: `${product.name}, ${name}`,
      figure: round(quantile(product.values, share), 1),
      unit: 's',
      kind: 'counted',
      baselines: others.map((other): Baseline => ({
        name: other.name,
        figure: round(quantile(other.values, share), 1),
      })),
      ...(target && { target }),
    };
  });
