import * as z from 'zod';

export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

/** CloudWatch: PutMetricAlarm, as far as an alarm on one metric goes. */
export const putAlarmSchema = z.object({
  AlarmName: z.string().min(1).max(255),
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  OKActions: z.array(z.string()).max(5).default([]),
  AlarmActions: z.array(z.string()).max(5).default([]),
  InsufficientDataActions: z.array(z.string()).max(5).default([]),
  Namespace: z.string().min(1),
  MetricName: z.string().min(1),
  Statistic: z.enum(['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum']).default('Maximum'),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Period: z.number().int().positive(),
  EvaluationPeriods: z.number().int().positive(),
  Threshold: z.number(),
  ComparisonOperator: z.enum([
    'GreaterThanOrEqualToThreshold',
    'GreaterThanThreshold',
    'LessThanThreshold',
    'LessThanOrEqualToThreshold',
  ]),
  TreatMissingData: z.enum(['breaching', 'notBreaching', 'ignore', 'missing']).default('missing'),
});
export type AlarmDefinition = z.output<typeof putAlarmSchema>;

export interface Alarm {
  readonly definition: AlarmDefinition;
  readonly state: AlarmState;
  readonly reason: string;
  /** When it was last updated, epoch ms. */
  readonly changedAt: number;
  /** Since when it has been in its state, epoch ms. */
  readonly since: number;
}

const compare: Readonly<
  Record<AlarmDefinition['ComparisonOperator'], (value: number, threshold: number) => boolean>
> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** What the metric's value now says of the alarm; undefined where the state stays as it is. */
export const evaluated = (
  { ComparisonOperator, Threshold, TreatMissingData }: AlarmDefinition,
  value: number | undefined,
): { readonly state: AlarmState; readonly reason: string } | undefined => {
  if (value === undefined) {
    if (TreatMissingData === 'ignore') return undefined;
    const reason = 'no datapoints were received';
    if (TreatMissingData === 'breaching') return { state: 'ALARM', reason };
    return { state: TreatMissingData === 'notBreaching' ? 'OK' : 'INSUFFICIENT_DATA', reason };
  }
  const isBreaching = compare[ComparisonOperator](value, Threshold);
  const reason = `Threshold Crossed: 1 datapoint [${value}] was ${isBreaching ? '' : 'not '}${ComparisonOperator.replace(
    /([A-Z])/g,
    ' $1',
  )
    .toLowerCase()
    .trim()} (${Threshold})`;
  return { state: isBreaching ? 'ALARM' : 'OK', reason };
};
