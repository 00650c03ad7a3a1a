import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../services/ports/metrics.ts';
import { metricNamespace } from '../../services/ports/metrics.ts';

/** A metric that the functions write with their logs. */
export const groundswellMetric = (
  metricName: MetricName,
  statistic: 'Sum' | 'Maximum',
  period: Duration,
  dimensionsMap?: Readonly<Record<string, string>>,
): Metric =>
  new Metric({
    namespace: metricNamespace,
    metricName,
    statistic,
    period,
    ...(dimensionsMap && { dimensionsMap, label: Object.values(dimensionsMap).join(' ') }),
  });
