import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmTopic } from './alarm-topic.ts';
import { groundswellMetric, ruleMetric, sumOf } from './metrics.ts';
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
    /** One alarm for as many metrics as an alarm can sum up, and further ones for the rest. */
    const alarmOnSum = (name: string, description: string, metrics: readonly Metric[], periods = 1) => {
      for (let from = 0; from < metrics.length; from += metricsMax)
        alarm(
          `${name}${from === 0 ? '' : `-${from}`}`,
          description,
          sumOf(metrics.slice(from, from + metricsMax), Duration.minutes(5)),
          1,
          periods,
        );
    };
    alarmOnSum(
      'throttles',
      "Lambda throttles a function: the account's concurrency is used up, and events wait.",
      ofFunctions(subscribers, 'Throttles'),
      2,
    );
    alarmOnSum(
      'destinations',
      'Lambda could not hand over to a dead-letter queue what a function failed at: what it was about is found by the reconciler alone.',
      ofFunctions(subscribers, 'DestinationDeliveryFailures'),
    );
    const rules = subscribers.flatMap((subscriber) => subscriber.rules);
    alarmOnSum(
      'failed-invocations',
      'EventBridge could not invoke a function, for good: a permission is missing, or the function itself.',
      rules.map((rule) => ruleMetric(rule, 'FailedInvocations')),
    );
    alarmOnSum(
      'undeliverable',
      'EventBridge could not even hand over to a dead-letter queue what it could not deliver: the queue, its policy or its key is wrong.',
      rules.map((rule) => ruleMetric(rule, 'InvocationsFailedToBeSentToDlq')),
    );
    this.watchTheReconciler(alarms);
  }

  private watchTheReconciler(alarms: AlarmTopic): void {
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

const ofFunctions = (subscribers: readonly Subscriber[], metricName: string): readonly Metric[] =>
  subscribers.map(
    ({ function: { functionName } }) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { FunctionName: functionName },
        statistic: 'Sum',
      }),
  );
