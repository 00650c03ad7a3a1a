import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import { operation } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import { type Alarm, type AlarmDefinition, alarmStates, evaluated, putAlarmSchema } from './alarm.ts';

export type CloudWatchRecord =
  { readonly kind: 'alarm'; readonly alarm: Alarm } | { readonly kind: 'deleted'; readonly name: string };

/** A metric of the simulated services as it is now; undefined for one that none of them has. */
export type ReadMetric = (
  metric: Pick<AlarmDefinition, 'Namespace' | 'MetricName' | 'Dimensions'>,
) => number | undefined;

export interface LocalCloudWatchOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly journal: Journal<CloudWatchRecord>;
  readonly readMetric: ReadMetric;
}

export interface LocalCloudWatch {
  readonly service: LocalService;
}

const names = z.object({ AlarmNames: z.array(z.string()).max(100) });

const listSchema = z.object({
  AlarmNames: z.array(z.string()).max(100).optional(),
  AlarmNamePrefix: z.string().optional(),
  StateValue: z.enum(alarmStates).optional(),
  MaxRecords: z.number().int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
});

const setStateSchema = z.object({
  AlarmName: z.string(),
  StateValue: z.enum(alarmStates),
  StateReason: z.string().max(1023),
});

const createStore = (journal: Journal<CloudWatchRecord>) => {
  const alarms = new Map<string, Alarm>();
  const apply = (record: CloudWatchRecord): void => {
    if (record.kind === 'deleted') alarms.delete(record.name);
    else alarms.set(record.alarm.definition.AlarmName, record.alarm);
  };
  journal.records.forEach(apply);
  journal.compact([...alarms.values()].map((alarm) => ({ kind: 'alarm', alarm })));
  return {
    alarms,
    write(record: CloudWatchRecord): void {
      journal.append(record);
      apply(record);
    },
  };
};

/**
 * Alarms of CloudWatch in one account and Region. An alarm on a metric that a simulated service has is evaluated when
 * it is asked for; of other metrics nothing is collected, so that such an alarm is as its missing data say, or as
 * SetAlarmState has it.
 */
export const createLocalCloudWatch = (options: LocalCloudWatchOptions): LocalCloudWatch => {
  const { account, region, clock, readMetric } = options;
  const { alarms, write } = createStore(options.journal);

  const put = (definition: AlarmDefinition, state: Alarm['state'], reason: string): void =>
    write({ kind: 'alarm', alarm: { definition, state, reason, changedAt: clock.now() } });

  const evaluate = (alarm: Alarm): Alarm => {
    const now = evaluated(alarm.definition, readMetric(alarm.definition));
    if (now === undefined || now.state === alarm.state) return alarm;
    // Nothing is collected of this metric: what was set by hand stays.
    if (readMetric(alarm.definition) === undefined && alarm.reason !== unchecked) return alarm;
    put(alarm.definition, now.state, now.reason);
    return alarms.get(alarm.definition.AlarmName) ?? alarm;
  };

  const render = ({ definition, state, reason, changedAt }: Alarm) => ({
    ...definition,
    AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${definition.AlarmName}`,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: changedAt / 1000,
  });

  const alarmNamed = (name: string): Alarm => {
    const found = alarms.get(name);
    if (found === undefined) throw new ServiceError('ResourceNotFound', `Unknown alarm: ${name}`, 404);
    return found;
  };

  const enable = (AlarmNames: readonly string[], ActionsEnabled: boolean): void => {
    for (const name of AlarmNames) {
      const alarm = alarms.get(name);
      if (alarm !== undefined)
        write({ kind: 'alarm', alarm: { ...alarm, definition: { ...alarm.definition, ActionsEnabled } } });
    }
  };

  return {
    service: createJsonService({
      signingName: 'monitoring',
      targetPrefix: 'GraniteServiceVersion20100801',
      version: '1.0',
      operations: {
        PutMetricAlarm: operation(putAlarmSchema, (definition) => {
          const known = alarms.get(definition.AlarmName);
          put(definition, known?.state ?? 'INSUFFICIENT_DATA', known?.reason ?? unchecked);
          return {};
        }),
        DescribeAlarms: operation(
          listSchema,
          ({ AlarmNames, AlarmNamePrefix, StateValue, MaxRecords, NextToken }) => {
            const found = [...alarms.values()]
              .filter(({ definition: { AlarmName } }) => AlarmNames?.includes(AlarmName) ?? true)
              .filter(({ definition: { AlarmName } }) => AlarmName.startsWith(AlarmNamePrefix ?? ''))
              .map(evaluate)
              .filter(({ state }) => StateValue === undefined || state === StateValue)
              .sort((a, b) => (a.definition.AlarmName < b.definition.AlarmName ? -1 : 1));
            const { items, nextToken } = pageOf(found, MaxRecords, NextToken);
            return { MetricAlarms: items.map(render), CompositeAlarms: [], NextToken: nextToken };
          },
        ),
        SetAlarmState: operation(setStateSchema, ({ AlarmName, StateValue, StateReason }) => {
          put(alarmNamed(AlarmName).definition, StateValue, StateReason);
          return {};
        }),
        EnableAlarmActions: operation(names, ({ AlarmNames }) => enable(AlarmNames, true)),
        DisableAlarmActions: operation(names, ({ AlarmNames }) => enable(AlarmNames, false)),
        DeleteAlarms: operation(names, ({ AlarmNames }) => {
          AlarmNames.forEach(alarmNamed);
          for (const name of AlarmNames) write({ kind: 'deleted', name });
        }),
      },
    }),
  };
};

const unchecked = 'Unchecked: Initial alarm creation';
