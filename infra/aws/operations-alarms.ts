import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic.ts';
import { groundswellMetric } from './metrics.ts';
import type { Subscriber } from './subscriber.ts';

export interface OperationsAlarmsProps {
  readonly alarms: AlarmTopic;
  readonly subscribers: readonly Subscriber[];
  readonly parking: IQueue;
}

/** A metric math expression takes at most 10 metrics. */
const metricsMax = 10;

const { GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = ComparisonOperator;

/** Alarms about the deployment as a whole; those about one subscriber stand with it. */
export class OperationsAlarms extends Construct {
  constructor(scope: Construct, id: string, { alarms, subscribers, parking }: OperationsAlarmsProps) {
    super(scope, id);
    const alarm = (
      name: string,
      alarmDescription: string,
      metric: IMetric,
      threshold: number,
      evaluationPeriods = 1,
    ) =>
      alarms.hear(
        new Alarm(this, name, {
          alarmName: `groundswell-${name}`,
          alarmDescription,
          metric,
          threshold,
          evaluationPeriods,
          comparisonOperator: GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
      );

    alarm(
      'stuck-executions',
      'An execution has been open for a day, or nobody closed its books. See the console for what it waits for.',
      groundswellMetric('OldestOpenMinutes', 'Maximum', Duration.minutes(15)),
      24 * 60,
    );
    alarm(
      'operator-needed',
      'An execution waits for a person: OperatorNeeded says what, why, and the choices.',
      groundswellMetric('Events', 'Sum', Duration.minutes(1), { EventType: 'OperatorNeeded' }),
      1,
    );
    alarm(
      'parked',
      'A delivery that can never be handled was parked, with its reason.',
      parking.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      1,
    );
    for (let from = 0; from < subscribers.length; from += metricsMax)
      alarm(
        `throttles${from === 0 ? '' : `-${from}`}`,
        "Lambda throttles a function: the account's concurrency is used up, and events wait.",
        sumOf(subscribers.slice(from, from + metricsMax)),
        1,
        2,
      );
    alarms.hear(
      new Alarm(this, 'reconciler-heartbeat', {
        alarmName: 'groundswell-reconciler-heartbeat',
        alarmDescription: 'The reconciler has not swept for half an hour: what is lost stays lost.',
        metric: groundswellMetric('Sweeps', 'Sum', Duration.minutes(30)),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }),
    );
  }
}

const sumOf = (subscribers: readonly Subscriber[]): MathExpression => {
  const metrics = subscribers.map(({ function: { functionName } }, index): [string, Metric] => [
    `m${index}`,
    new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Throttles',
      dimensionsMap: { FunctionName: functionName },
      statistic: 'Sum',
    }),
  ]);
  return new MathExpression({
    label: 'Throttles',
    expression: metrics.map(([name]) => name).join('+'),
    usingMetrics: Object.fromEntries(metrics),
    period: Duration.minutes(5),
  });
};
