import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { EventName } from '../../contracts/catalogue.ts';
import { metricNamespace } from '../../services/core/ports/metrics.ts';
import { busName, rulesOf } from '../topology.ts';
import { groundswellMetric } from './metrics.ts';
import type { Subscriber } from './subscriber.ts';

export interface OperationsDashboardProps {
  readonly subscribers: readonly Subscriber[];
  readonly stage: string;
}

const period = Duration.minutes(5);

const countOf = (...names: readonly EventName[]): Metric[] =>
  names.map((EventType) => groundswellMetric('Events', 'Sum', period, { EventType }));

const ofFunctions = (subscribers: readonly Subscriber[], metricName: string, statistic: string): IMetric[] =>
  subscribers.map(
    ({ function: { functionName }, node }) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        statistic,
        period,
        dimensionsMap: { FunctionName: functionName },
        label: node.id,
      }),
  );

/** Running sums from the start of the time shown: what was started and has not ended is what runs or waits. */
const wavesSoFar = (): IMetric[] =>
  countOf('WaveStarted', 'WaveCompleted', 'WaveFailed').map(
    (waves, index) =>
      new MathExpression({
        label: `${waves.label} so far`,
        expression: `RUNNING_SUM(FILL(waves${index}, 0))`,
        usingMetrics: { [`waves${index}`]: waves },
        period,
      }),
  );

/** From the bus's acceptance of an event to the start of its handler. EventBridge user guide: "Monitoring Amazon EventBridge". */
const hopLatencies = (subscribers: readonly Subscriber[]): IMetric[] =>
  subscribers.flatMap(({ topology }) =>
    rulesOf(topology)
      .filter(({ bus }) => bus === busName)
      .map(
        ({ name }) =>
          new Metric({
            namespace: 'AWS/Events',
            metricName: 'IngestionToInvocationStartLatency',
            statistic: 'p90',
            period,
            dimensionsMap: { EventBusName: busName, RuleName: name },
            label: topology.service,
          }),
      ),
  );

/** The places are those of targets, which plans may name at any time: they are searched for. */
const ofPlaces = (metric: 'JobsHeld' | 'ServersHeld'): IMetric =>
  new MathExpression({
    label: metric,
    expression: `SEARCH('{${metricNamespace},Place} MetricName="${metric}"', 'Maximum', ${period.toSeconds()})`,
    usingMetrics: {},
    period,
  });

/** One page that says whether recoveries run, how fast, and what is in their way. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, { subscribers, stage }: OperationsDashboardProps) {
    super(scope, id);
    const graph = (title: string, left: IMetric[]): IWidget => new GraphWidget({ title, left, width: 12 });
    new Dashboard(this, 'Dashboard', {
      dashboardName: `groundswell-${stage}`,
      widgets: [
        [
          graph('Executions', [
            ...countOf('ExecutionStarted', 'ExecutionCompleted', 'ExecutionFailed', 'ExecutionCancelled'),
            groundswellMetric('OpenExecutions', 'Maximum', period),
          ]),
          graph(
            'Waves',
            countOf('WaveStarted', 'DRSJobStarted', 'DRSJobCompleted', 'WaveCompleted', 'WaveFailed'),
          ),
        ],
        [
          graph('Hop over the bus, p90, ms', hopLatencies(subscribers)),
          graph('DRS quota: jobs of 20 and servers of 500', [ofPlaces('JobsHeld'), ofPlaces('ServersHeld')]),
        ],
        [
          graph('Errors', ofFunctions(subscribers, 'Errors', 'Sum')),
          graph(
            'Dead letters',
            subscribers.map(({ deadLetters }) =>
              deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
            ),
          ),
        ],
        [
          graph('Duration, p90, ms', ofFunctions(subscribers, 'Duration', 'p90')),
          graph(
            'Operators and refusals',
            countOf('OperatorNeeded', 'DRSJobRefused', 'CapacityAwaited', 'DecisionRefused'),
          ),
        ],
        [
          graph('Progress of waves over the time shown', wavesSoFar()),
          graph('Clean-ups of drills', [
            ...countOf(
              'CleanUpStarted',
              'CleanUpQueued',
              'InstanceTerminated',
              'CleanUpCompleted',
              'CleanUpFailed',
            ),
            groundswellMetric('OpenCleanUps', 'Maximum', period),
            groundswellMetric('OverdueCleanUps', 'Maximum', period),
            groundswellMetric('OverdueProofs', 'Maximum', period),
          ]),
        ],
      ],
    });
  }
}
