import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { eventSource } from '../../contracts/envelope.ts';
import { taskSource, type TaskEventName } from '../../contracts/task-events.ts';
import type { RecordKey } from '../../services/core/ports/record-store.ts';
import { stateTable } from '../topology.ts';

/** The table, wherever it is deployed from. */
export interface WithTableArn {
  readonly tableArn: string;
}

/** The bus, wherever it is deployed from. */
export interface WithBusArn {
  readonly eventBusArn: string;
}

export const inLogs = (group: ILogGroup): PolicyStatement =>
  new PolicyStatement({
    sid: 'WriteLog',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [group.logGroupArn],
  });

/** X-Ray knows no resources for what is sent to it. */
export const inTraces = (): readonly PolicyStatement[] => [
  new PolicyStatement({
    sid: 'WriteTraces',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
    resources: ['*'],
  }),
];

export const inKeys = (key: IKey | undefined): readonly PolicyStatement[] =>
  key === undefined
    ? []
    : [
        new PolicyStatement({
          sid: 'UseKey',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [key.keyArn],
        }),
      ];

export const inQueues = (
  sid: string,
  actions: readonly string[],
  queues: readonly IQueue[],
): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: actions.map((action) => `sqs:${action}`),
    resources: queues.map((queue) => queue.queueArn),
  });

/** Single items, by key. */
export const readRecords = (table: WithTableArn): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadRecords',
    actions: ['dynamodb:GetItem'],
    resources: [table.tableArn],
  });

/** The indexes by query: no scan, nothing on the table itself. */
export const findRecords = (table: WithTableArn): PolicyStatement =>
  new PolicyStatement({
    sid: 'FindRecords',
    actions: ['dynamodb:Query'],
    resources: stateTable.indexes.map(({ name }) => `${table.tableArn}/index/${name}`),
  });

export const readState = (table: WithTableArn): readonly PolicyStatement[] => [
  readRecords(table),
  findRecords(table),
];

/** Any record, where its key is known. */
export const inState = (table: WithTableArn): readonly PolicyStatement[] => [
  readRecords(table),
  new PolicyStatement({
    sid: 'WriteRecords',
    actions: ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
    resources: [table.tableArn],
  }),
];

/** Records of these kinds alone, by the form of their keys. IAM: "dynamodb:LeadingKeys". */
export const writeKinds = (
  table: WithTableArn,
  kinds: readonly (RecordKey['kind'] | 'once')[],
  operations: readonly string[] = ['PutItem'],
  name = 'OwnKinds',
): PolicyStatement =>
  new PolicyStatement({
    sid: `Write${name}`,
    actions: operations.map((operation) => `dynamodb:${operation}`),
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map((kind) => `${kind}#*`) },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

/** These events of the product and no others. EventBridge user guide: "Using IAM policy conditions". */
export const toPublish = (bus: WithBusArn, names: readonly string[]): readonly PolicyStatement[] =>
  names.length === 0 ? [] : [toPut('PublishOwnEvents', bus, eventSource, names)];

/** What is said of workers' tasks, and no fact. */
export const toSayOfTasks = (bus: WithBusArn, names: readonly TaskEventName[]): PolicyStatement =>
  toPut('SayOfTasks', bus, taskSource, names);

const toPut = (sid: string, bus: WithBusArn, source: string, names: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: ['events:PutEvents'],
    resources: [bus.eventBusArn],
    conditions: { StringEquals: { 'events:source': source, 'events:detail-type': [...names] } },
  });

/** The roles of targets, by the name that each target's stack gives its role. */
export const toAssume = (roleArns: readonly string[]): readonly PolicyStatement[] =>
  roleArns.length === 0
    ? []
    : [new PolicyStatement({ sid: 'AssumeTargets', actions: ['sts:AssumeRole'], resources: [...roleArns] })];
