import type { EventContent } from '../eventbridge/event.ts';
import type { Alarm } from './alarm.ts';

const stateOf = ({ state, reason, changedAt }: Alarm) => ({
  value: state,
  reason,
  timestamp: new Date(changedAt).toISOString().replace('Z', '+0000'),
});

/** CloudWatch user guide, "Alarm events and EventBridge": what it says when an alarm has changed its state. */
export const stateChangeOf = (
  { account, region }: { readonly account: string; readonly region: string },
  before: Alarm,
  after: Alarm,
): EventContent => {
  const { AlarmName, AlarmDescription, Namespace, MetricName, Dimensions, Period, Statistic } =
    after.definition;
  const metric = {
    namespace: Namespace,
    name: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
  return {
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    resources: [`arn:aws:cloudwatch:${region}:${account}:alarm:${AlarmName}`],
    detail: {
      alarmName: AlarmName,
      configuration: {
        ...(AlarmDescription !== undefined && { description: AlarmDescription }),
        metrics: [{ id: 'm1', metricStat: { metric, period: Period, stat: Statistic }, returnData: true }],
      },
      previousState: stateOf(before),
      state: stateOf(after),
    },
  };
};
