import type { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { accessParameter } from '../../contracts/access.ts';
import { type Decider, isDecider, type ServiceName } from '../../contracts/services.ts';
import {
  apiService,
  calendarServices,
  scheduleService,
  auditService,
  deadLetterQueueName,
  functions,
  taskService,
  parkingQueueName,
  timerQueueName,
} from '../topology.ts';
import {
  findRecords,
  inState,
  readState,
  toAssume,
  toPublish,
  toSayOfTasks,
  writeKinds,
} from './core-permissions.ts';
import { recoveryDuties } from './drs-permissions.ts';
import { eventsOf, requestNames } from './event-writers.ts';
import { toAskBeforeDrills, toAskCalendars, toSchedule } from './drill-schedules.ts';
import type { Settings } from './settings.ts';
import { targetRoleArn } from './target-role.ts';

export interface StatementsProps {
  readonly stack: Stack;
  readonly table: Table;
  readonly bus: EventBus;
  readonly settings: Settings;
}

type Statements = readonly PolicyStatement[];

const onQueues = (stack: Stack, sid: string, actions: readonly string[], names: readonly string[]) =>
  new PolicyStatement({
    sid,
    actions: actions.map((action) => `sqs:${action}`),
    resources: names.map((resource) => stack.formatArn({ service: 'sqs', resource })),
  });

const toSetTimers = (stack: Stack): PolicyStatement => {
  const withTimers = functions.filter(({ hasTimers }) => hasTimers);
  return onQueues(
    stack,
    'SetTimers',
    ['SendMessage'],
    withTimers.map(({ service }) => timerQueueName(service)),
  );
};

const toPark = (stack: Stack): PolicyStatement =>
  onQueues(stack, 'Park', ['SendMessage'], [parkingQueueName]);

const toReadAccess = (stack: Stack): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadAccessRules',
    actions: ['ssm:GetParameter'],
    resources: [
      stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: accessParameter.slice(1) }),
    ],
  });

/** They look for all stored plans when a probe asks whether they reach DRS in every place that these name. */
const reachesTargets: ReadonlySet<Decider> = new Set([
  'accept-execution',
  'launch-wave',
  'watch-jobs',
  'clean-up-drill',
  'reverse-replication',
  'retire-servers',
]);

/** What a service that decides needs of the hub: all records, everybody's timers, and its own words. */
const ofDecider = (service: Decider, { stack, table, bus }: StatementsProps): Statements => [
  ...inState(table),
  ...(reachesTargets.has(service) ? [findRecords(table)] : []),
  toSetTimers(stack),
  toPark(stack),
  ...toPublish(bus, eventsOf(service)),
  ...(service === taskService ? [toSayOfTasks(bus, ['TaskRequested', 'TaskCancelled'])] : []),
];

/** What it needs where servers are recovered, at home and through the roles of targets. */
const abroad = (service: ServiceName, { stack, settings }: StatementsProps): Statements => {
  const { partition, region, account } = stack;
  const duties = recoveryDuties({ partition, region, account }, settings)[service] ?? [];
  if (duties.length === 0) return [];
  return [...duties, ...toAssume(settings.targets.map((target) => targetRoleArn(target, region, partition)))];
};

const others: Readonly<Record<Exclude<ServiceName, Decider>, (props: StatementsProps) => Statements>> = {
  // It tells of plans whose proof is overdue, and of nothing else.
  reconcile: ({ stack, table, bus }) => [
    ...inState(table),
    findRecords(table),
    toSetTimers(stack),
    toPark(stack),
    ...toPublish(bus, ['ProofOverdue']),
  ],
  // It keeps schedules in step with Scheduler, asks what forbids a start, and asks for drills.
  [scheduleService]: ({ stack, table, bus }) => [
    ...readState(table),
    writeKinds(table, ['occurrence', 'page']),
    ...toPublish(bus, ['ExecutionRequested', 'DrillSkipped']),
    ...toSchedule(stack),
    ...toAskBeforeDrills(stack),
    toPark(stack),
  ],
  'redrive-dead-letters': ({ stack, table }) => [
    ...inState(table),
    toSetTimers(stack),
    toPark(stack),
    onQueues(
      stack,
      'EmptyDeadLetters',
      ['ReceiveMessage', 'DeleteMessage'],
      functions.map(({ service }) => deadLetterQueueName(service)),
    ),
  ],
  // It tells people: it keeps what it has told, and what it could not.
  notify: ({ stack, table }) => [
    ...readState(table),
    writeKinds(table, ['notice'], ['PutItem', 'DeleteItem']),
    writeKinds(table, ['once'], ['PutItem', 'UpdateItem', 'DeleteItem'], 'Once'),
    toPark(stack),
  ],
  // It takes replays: it may add to the audit, and nothing may follow from that.
  [auditService]: ({ stack, table }) => [writeKinds(table, ['audit']), toPark(stack)],
  // It asks on behalf of people: it may store plans and the rows of requests, and say what people may say.
  [apiService]: ({ stack, table, bus, settings }) => [
    ...readState(table),
    writeKinds(table, ['plan', 'schedule', 'stream', 'page']),
    ...toPublish(bus, [...requestNames, 'ScheduleChanged']),
    toSayOfTasks(bus, ['TaskReported']),
    ...(settings.access === undefined ? [] : [toReadAccess(stack)]),
  ],
};

/** What a service may do beside writing its own log. */
export const serviceStatements = (service: ServiceName, props: StatementsProps): Statements => [
  ...(isDecider(service) ? ofDecider(service, props) : others[service](props)),
  ...(calendarServices.has(service) ? [toAskCalendars(props.stack)] : []),
  ...abroad(service, props),
];
