import type { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../services/core/ports/metrics.ts';
import { metricNamespace } from '../../services/core/ports/metrics.ts';
import { busName, type RuleTopology } from '../topology.ts';

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

/** What EventBridge counts of one rule. EventBridge user guide: "Monitoring Amazon EventBridge". */
export const ruleMetric = (
  { name, bus }: Pick<RuleTopology, 'name' | 'bus'>,
  metricName: 'FailedInvocations' | 'InvocationsFailedToBeSentToDlq',
): Metric =>
  new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: { RuleName: name, ...(bus === busName && { EventBusName: bus }) },
    statistic: 'Sum',
  });

/**
 * The sum of metrics of which some have no data: services report most failures only when there are any, and
 * a sum with a gap in it would be a gap.
 */
export const sumOf = (metrics: readonly IMetric[], period: Duration, label = 'sum'): MathExpression =>
  new MathExpression({
    label,
    expression: `SUM([${metrics.map((_, index) => `FILL(m${index}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period,
  });
