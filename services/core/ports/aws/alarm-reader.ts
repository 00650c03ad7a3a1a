import * as z from 'zod';
import type { Target } from '../../../../contracts/plan.ts';
import type { AlarmFact, AlarmReader } from '../alarm-reader.ts';
import { type Access, createSignedCall, type SignedCall } from './signed-call.ts';

/** CloudWatch: MetricAlarm and CompositeAlarm of DescribeAlarms; instants in epoch seconds. */
const alarmSchema = z
  .object({
    AlarmName: z.string(),
    StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
    StateUpdatedTimestamp: z.number(),
    // The time of the last update is later where only the reason has changed.
    StateTransitionedTimestamp: z.number().optional(),
  })
  .transform((alarm): AlarmFact => ({
    name: alarm.AlarmName,
    state: alarm.StateValue,
    since: (alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp) * 1_000,
  }));

const answerSchema = z.object({
  MetricAlarms: z.array(alarmSchema).default([]),
  CompositeAlarms: z.array(alarmSchema).default([]),
});

export interface AlarmReaderDeps {
  readonly access: (target: Target) => Promise<Access>;
  readonly call?: SignedCall;
}

/** One signed call instead of CloudWatch's client, which would add a third to each handler that carries it. */
export const createAwsAlarmReader = ({
  access,
  call = createSignedCall(),
}: AlarmReaderDeps): AlarmReader => ({
  async read(target, names) {
    const answer = await call({
      ...(await access(target)),
      service: 'monitoring',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms',
      },
      body: JSON.stringify({
        AlarmNames: names,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        MaxRecords: 100,
      }),
    });
    const { MetricAlarms, CompositeAlarms } = answerSchema.parse(JSON.parse(answer));
    return [...MetricAlarms, ...CompositeAlarms];
  },
});
