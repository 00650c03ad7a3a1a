import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import { clientsOf, home, ireland } from '../cloud/fixture.ts';

let aws: SimulatedAws;
beforeAll(async () => void (aws = await createSimulatedAws()));
afterAll(() => aws.close());

it('each change of an alarm’s state is an event of CloudWatch on the default bus, and what is no change is none', async () => {
  const { events: _, ...here } = await clientsOf(aws);
  const ear = await here.queue('ear');
  await here.rule('ear', { Arn: ear.arn }, { source: ['aws.cloudwatch'] });
  const client = new CloudWatchClient({
    ...{ endpoint: aws.endpoint, region: ireland },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const AlarmName = 'errors';
  await client.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, Namespace: 'Shop', MetricName: 'Errors', Statistic: 'Sum' },
      ...{ Dimensions: [{ Name: 'Site', Value: 'dr' }], Period: 60, EvaluationPeriods: 1, Threshold: 1 },
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  const set = (StateValue: 'OK' | 'ALARM', StateReason: string) =>
    client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
  await set('OK', 'first');
  await set('OK', 'another reason');
  await set('ALARM', 'too many');
  await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
  const heard: Record<string, unknown>[] = [];
  const hear = async (): Promise<readonly unknown[]> => {
    for (const { Body = '' } of await here.received(ear.url, 1))
      heard.push(JSON.parse(Body) as (typeof heard)[number]);
    return heard;
  };
  await expect.poll(hear, { timeout: 50_000 }).toHaveLength(2);
  const change = heard.find(({ detail }) => JSON.stringify(detail).includes('too many'));
  expect(change).toMatchObject({
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    account: home,
    region: ireland,
    resources: [`arn:aws:cloudwatch:${ireland}:${home}:alarm:errors`],
    detail: {
      alarmName: AlarmName,
      configuration: {
        metrics: [
          { metricStat: { metric: { namespace: 'Shop', name: 'Errors', dimensions: { Site: 'dr' } } } },
        ],
      },
      previousState: { value: 'OK', reason: 'another reason' },
      state: { value: 'ALARM', reason: 'too many' },
    },
  });
});
