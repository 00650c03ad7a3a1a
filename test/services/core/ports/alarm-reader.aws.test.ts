import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import { createAwsAlarmReader } from '../../../../services/core/ports/aws/alarm-reader.ts';
import { createSignedCall } from '../../../../services/core/ports/aws/signed-call.ts';

const region = 'eu-west-1';
const target = { account: '111122223333', region };
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
let aws: SimulatedAws;
beforeAll(async () => void (aws = await createSimulatedAws()));
afterAll(() => aws.close());

it('alarms are read with their state and since when they are in it, and those that do not exist are left out', async () => {
  const client = new CloudWatchClient({ endpoint: aws.endpoint, region, credentials });
  const alarm = { Namespace: 'Shop', MetricName: 'Errors', Period: 60, EvaluationPeriods: 1, Threshold: 1 };
  const put = (AlarmName: string) =>
    client.send(
      new PutMetricAlarmCommand({
        ...alarm,
        AlarmName,
        ComparisonOperator: 'GreaterThanThreshold',
        Statistic: 'Sum',
      }),
    );
  const set = (AlarmName: string, StateValue: 'OK' | 'ALARM', StateReason: string) =>
    client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason }));
  await put('errors');
  await put('latency');
  await set('errors', 'OK', 'first');
  await set('latency', 'ALARM', 'too slow');
  const reader = createAwsAlarmReader({
    access: async () => ({ region, credentials }),
    call: createSignedCall(aws.endpoint),
  });
  const before = await reader.read(target, ['errors', 'latency', 'no-such-alarm']);
  expect(before.map(({ name, state }) => [name, state])).toEqual([
    ['errors', 'OK'],
    ['latency', 'ALARM'],
  ]);
  // Another reason for the same state is no change of it.
  await new Promise((passed) => setTimeout(passed, 30));
  await set('errors', 'OK', 'second');
  const [errors] = await reader.read(target, ['errors']);
  expect(errors?.since).toBe(before[0]?.since);
  expect(Math.abs((errors?.since ?? 0) - Date.now())).toBeLessThan(60_000);
});
