import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import type { Journal } from '../journal.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import { operation } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import type { CloudWatchScenario } from './scenario.ts';
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
  /** Called each time the state of an alarm changes. */
  readonly onState?: (before: Alarm, after: Alarm) => void;
  /** Alarms that exist from the beginning. */
  readonly alarms: CloudWatchScenario['alarms'];
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

const unchecked = 'Unchecked: Initial alarm creation';

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
    write: (record: CloudWatchRecord): void => {
      journal.append(record);
      apply(record);
    },
  };
};

/** On a metric of which nothing is collected, so that its state stays as it was set. */
const ofScenario = (AlarmName: string): AlarmDefinition =>
  putAlarmSchema.parse({
    ...{ AlarmName, Namespace: 'Scenario', MetricName: AlarmName, Period: 60, EvaluationPeriods: 1 },
    ...{ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'ignore' },
  });

/** The alarms of one account and Region, each with the state that it has now. */
const createAlarms = ({ clock, journal, readMetric, alarms: given, onState }: LocalCloudWatchOptions) => {
  const { alarms, write } = createStore(journal);

  const put = (definition: AlarmDefinition, state: Alarm['state'], reason: string): void => {
    const now = clock.now();
    const known = alarms.get(definition.AlarmName);
    const since = known?.state === state ? known.since : now;
    const alarm = { definition, state, reason, changedAt: now, since };
    write({ kind: 'alarm', alarm });
    if (known !== undefined && known.state !== state) onState?.(known, alarm);
  };
  for (const { name, state } of given)
    if (!alarms.has(name)) put(ofScenario(name), state, 'as the scenario says');

  return {
    put,
    find: (name: string): Alarm | undefined => alarms.get(name),
    all: (): readonly Alarm[] => [...alarms.values()],
    named: (name: string): Alarm => {
      const found = alarms.get(name);
      if (found === undefined) throw new ServiceError('ResourceNotFound', `Unknown alarm: ${name}`, 404);
      return found;
    },
    evaluate: (alarm: Alarm): Alarm => {
      const now = evaluated(alarm.definition, readMetric(alarm.definition));
      if (now === undefined || now.state === alarm.state) return alarm;
      // Nothing is collected of this metric: what was set by hand stays.
      if (readMetric(alarm.definition) === undefined && alarm.reason !== unchecked) return alarm;
      put(alarm.definition, now.state, now.reason);
      return alarms.get(alarm.definition.AlarmName) ?? alarm;
    },
    enable: (AlarmNames: readonly string[], ActionsEnabled: boolean): void => {
      for (const name of AlarmNames) {
        const alarm = alarms.get(name);
        if (alarm !== undefined)
          write({ kind: 'alarm', alarm: { ...alarm, definition: { ...alarm.definition, ActionsEnabled } } });
      }
    },
    delete: (name: string): void => write({ kind: 'deleted', name }),
  };
};

/**
 * Alarms of CloudWatch in one account and Region. An alarm on a metric that a simulated service has is evaluated when
 * it is asked for; of other metrics nothing is collected, so that such an alarm is as its missing data say, or as
 * SetAlarmState has it.
 */
export const createLocalCloudWatch = (options: LocalCloudWatchOptions): LocalCloudWatch => {
  const { account, region } = options;
  const alarms = createAlarms(options);

  const render = ({ definition, state, reason, changedAt, since }: Alarm) => ({
    ...definition,
    AlarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${definition.AlarmName}`,
    StateValue: state,
    StateReason: reason,
    StateUpdatedTimestamp: changedAt / 1000,
    StateTransitionedTimestamp: since / 1000,
  });

  return {
    service: createJsonService({
      signingName: 'monitoring',
      targetPrefix: 'GraniteServiceVersion20100801',
      version: '1.0',
      operations: {
        PutMetricAlarm: operation(putAlarmSchema, (definition) => {
          const known = alarms.find(definition.AlarmName);
          alarms.put(definition, known?.state ?? 'INSUFFICIENT_DATA', known?.reason ?? unchecked);
          return {};
        }),
        DescribeAlarms: operation(
          listSchema,
          ({ AlarmNames, AlarmNamePrefix, StateValue, MaxRecords, NextToken }) => {
            const found = alarms
              .all()
              .filter(({ definition: { AlarmName } }) => AlarmNames?.includes(AlarmName) ?? true)
              .filter(({ definition: { AlarmName } }) => AlarmName.startsWith(AlarmNamePrefix ?? ''))
              .map(alarms.evaluate)
              .filter(({ state }) => StateValue === undefined || state === StateValue)
              .sort((a, b) => (a.definition.AlarmName < b.definition.AlarmName ? -1 : 1));
            const { items, nextToken } = pageOf(found, MaxRecords, NextToken);
            return { MetricAlarms: items.map(render), CompositeAlarms: [], NextToken: nextToken };
          },
        ),
        SetAlarmState: operation(setStateSchema, ({ AlarmName, StateValue, StateReason }) => {
          alarms.put(alarms.named(AlarmName).definition, StateValue, StateReason);
          return {};
        }),
        EnableAlarmActions: operation(names, ({ AlarmNames }) => alarms.enable(AlarmNames, true)),
        DisableAlarmActions: operation(names, ({ AlarmNames }) => alarms.enable(AlarmNames, false)),
        DeleteAlarms: operation(names, ({ AlarmNames }) => {
          AlarmNames.forEach(alarms.named);
          AlarmNames.forEach(alarms.delete);
        }),
      },
    }),
  };
};
