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
import type { RuleTopology } from '../topology.ts';
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

interface AlarmOf {
  readonly name: string;
  readonly description: string;
  readonly metric: IMetric;
  /** Default: one of what is counted. */
  readonly threshold?: number;
  /** How many in a row. Default: one. */
  readonly periods?: number;
}

/** Alarms about the deployment as a whole; those about one subscriber stand with it. */
export class OperationsAlarms extends Construct {
  private readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { alarms, subscribers, parking }: OperationsAlarmsProps) {
    super(scope, id);
    this.alarms = alarms;
    this.watchExecutions();
    this.watchParking(parking);
    this.watchFunctions(subscribers);
    this.watchRules(subscribers.flatMap((subscriber) => subscriber.rules));
    this.watchTheReconciler();
  }

  private watchExecutions(): void {
    this.alarm({
      name: 'stuck-executions',
      description:
        'An execution has been open for a day, or nobody closed its books. See the console for what it waits for.',
      metric: groundswellMetric('OldestOpenMinutes', 'Maximum', Duration.minutes(15)),
      threshold: 24 * 60,
    });
    this.alarm({
      name: 'overdue-clean-ups',
      description:
        'Instances of a drill still run an hour after their clean-up was due, or began. The report of the drill says which and why.',
      metric: groundswellMetric('OverdueCleanUps', 'Maximum', Duration.minutes(15)),
    });
    this.alarm({
      name: 'overdue-proofs',
      description:
        'A plan was not drilled successfully for longer than its provenWithinDays. `groundswell evidence` says which.',
      metric: groundswellMetric('OverdueProofs', 'Maximum', Duration.minutes(15)),
    });
    this.alarm({
      name: 'operator-needed',
      description: 'An execution waits for a person: OperatorNeeded says what, why, and the choices.',
      metric: groundswellMetric('Events', 'Sum', Duration.minutes(1), { EventType: 'OperatorNeeded' }),
    });
  }

  private watchParking(parking: IQueue): void {
    this.alarm({
      name: 'parked',
      description: 'A delivery that can never be handled was parked, with its reason.',
      metric: parking.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
    });
  }

  private watchFunctions(subscribers: readonly Subscriber[]): void {
    this.alarmOnSum(
      'throttles',
      "Lambda throttles a function: the account's concurrency is used up, and events wait.",
      ofFunctions(subscribers, 'Throttles'),
      2,
    );
    this.alarmOnSum(
      'destinations',
      'Lambda could not hand over to a dead-letter queue what a function failed at: what it was about is found by the reconciler alone.',
      ofFunctions(subscribers, 'DestinationDeliveryFailures'),
    );
  }

  private watchRules(rules: readonly RuleTopology[]): void {
    this.alarmOnSum(
      'failed-invocations',
      'EventBridge could not reach a function or its queue, for good: a permission is missing, or the target itself.',
      rules.map((rule) => ruleMetric(rule, 'FailedInvocations')),
    );
    this.alarmOnSum(
      'undeliverable',
      'EventBridge could not even hand over to a dead-letter queue what it could not deliver: the queue, its policy or its key is wrong.',
      rules.map((rule) => ruleMetric(rule, 'InvocationsFailedToBeSentToDlq')),
    );
  }

  private watchTheReconciler(): void {
    this.alarms.hear(
      new Alarm(this, 'reconciler-heartbeat', {
        alarmName: 'groundswell-reconciler-heartbeat',
        alarmDescription: 'The reconciler has not swept for half an hour: what is lost stays lost.',
        metric: groundswellMetric('Sweeps', 'Sum', Duration.minutes(30)),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }),
    );
  }

  /** One alarm for as many metrics as an alarm can sum up, and further ones for the rest. */
  private alarmOnSum(name: string, description: string, metrics: readonly Metric[], periods = 1): void {
    for (let from = 0; from < metrics.length; from += metricsMax)
      this.alarm({
        name: `${name}${from === 0 ? '' : `-${from}`}`,
        description,
        metric: sumOf(metrics.slice(from, from + metricsMax), Duration.minutes(5)),
        periods,
      });
  }

  private alarm({ name, description, metric, threshold = 1, periods = 1 }: AlarmOf): void {
    this.alarms.hear(
      new Alarm(this, name, {
        alarmName: `groundswell-${name}`,
        alarmDescription: description,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
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
