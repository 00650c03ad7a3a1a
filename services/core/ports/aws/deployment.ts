import { CloudWatchClient, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import {
  DescribeArchiveCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { IAMClient, paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  GetScheduleCommand,
  GetScheduleGroupCommand,
  paginateListSchedules,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { eventSource } from '../../../../contracts/envelope.ts';
import { drillDue } from '../../../../contracts/schedule-events.ts';
import type {
  AlarmFacts,
  AskedAccess,
  Deployment,
  RuleFacts,
  ScheduleFacts,
  SubscriptionFacts,
} from '../deployment.ts';

export interface DeploymentOptions {
  /** Of the SDK's clients: Region, and endpoint and credentials where they are not the caller's own. */
  readonly settings: {
    readonly region?: string;
    readonly endpoint?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly partition: string;
  readonly account: string;
  readonly region: string;
}

/** Each service of AWS has a name of its own for what is not there. */
const missing = /^(ResourceNotFound|QueueDoesNotExist|NonExistentQueue|NotFound)/;

const unlessMissing = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && missing.test(error.name.split('.').at(-1) ?? '')) return undefined;
    throw error;
  }
};

/** As DRS makes its calls: forwarded, with the caller's credentials. */
const asDrs = [
  { ContextKeyName: 'aws:ViaAWSService', ContextKeyType: 'boolean' as const, ContextKeyValues: ['true'] },
  {
    ContextKeyName: 'aws:CalledVia',
    ContextKeyType: 'stringList' as const,
    ContextKeyValues: ['drs.amazonaws.com'],
  },
  {
    ContextKeyName: 'iam:PassedToService',
    ContextKeyType: 'string' as const,
    ContextKeyValues: ['ec2.amazonaws.com'],
  },
];

/** As EventBridge Scheduler says that a drill is due. */
const asScheduler = [
  { ContextKeyName: 'events:source', ContextKeyType: 'string' as const, ContextKeyValues: [eventSource] },
  {
    ContextKeyName: 'events:detail-type',
    ContextKeyType: 'string' as const,
    ContextKeyValues: [drillDue.name],
  },
];
const contextOf = { itself: undefined, drs: asDrs, scheduler: asScheduler };

/** A policy that names resources does not grant an action on `*`: each action is asked about on resources of its kind. */
const deniedIn = async (
  client: IAMClient,
  PolicySourceArn: string,
  asked: readonly AskedAccess[],
  by: keyof typeof contextOf,
): Promise<readonly string[]> => {
  const denied = new Set<string>();
  for (const { actions, resources } of asked) {
    const input = {
      ...{ PolicySourceArn, ActionNames: [...actions], ResourceArns: [...resources] },
      ...(contextOf[by] && { ContextEntries: contextOf[by] }),
    };
    for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy({ client }, input))
      for (const { EvalActionName = '', EvalDecision, ResourceSpecificResults = [] } of EvaluationResults) {
        const decisions = [EvalDecision, ...ResourceSpecificResults.map((each) => each.EvalResourceDecision)];
        if (decisions.some((decision) => decision !== 'allowed')) denied.add(EvalActionName);
      }
  }
  return [...denied];
};

const ruleOf = (events: EventBridgeClient, EventBusName: string, Name: string) =>
  unlessMissing(async (): Promise<RuleFacts> => {
    const { State } = await events.send(new DescribeRuleCommand({ EventBusName, Name }));
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ EventBusName, Rule: Name }));
    return { isEnabled: State !== 'DISABLED', targetArns: Targets.flatMap(({ Arn }) => Arn ?? []) };
  });

const depthOf = (sqs: SQSClient, QueueName: string) =>
  unlessMissing(async () => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, text) => sum + Number(text), 0);
  });

const alarmsOf = async (
  client: CloudWatchClient,
  AlarmNamePrefix: string,
): Promise<readonly AlarmFacts[]> => {
  const found: AlarmFacts[] = [];
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmNamePrefix }))
    found.push(
      ...MetricAlarms.map((alarm) => ({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        reason: alarm.StateReason ?? '',
        isHeard: alarm.ActionsEnabled !== false && (alarm.AlarmActions ?? []).length > 0,
      })),
    );
  return found;
};

const subscriptionsOf = (client: SNSClient, TopicArn: string) =>
  unlessMissing(async () => {
    const found: SubscriptionFacts[] = [];
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn }))
      found.push(
        ...Subscriptions.map(({ Protocol = '', Endpoint = '', SubscriptionArn = '' }) => ({
          ...{ protocol: Protocol, endpoint: Endpoint },
          isConfirmed: SubscriptionArn.startsWith('arn:'),
        })),
      );
    return found;
  });

const schedulesOf = (client: SchedulerClient, GroupName: string) =>
  unlessMissing(async (): Promise<readonly ScheduleFacts[]> => {
    await client.send(new GetScheduleGroupCommand({ Name: GroupName }));
    const found: ScheduleFacts[] = [];
    for await (const { Schedules = [] } of paginateListSchedules({ client }, { GroupName }))
      for (const { Name = '' } of Schedules) {
        const { Target, ...schedule } = await client.send(new GetScheduleCommand({ GroupName, Name }));
        found.push({
          ...{ name: Name, isEnabled: schedule.State !== 'DISABLED' },
          ...{ expression: schedule.ScheduleExpression ?? '' },
          ...{ zone: schedule.ScheduleExpressionTimezone ?? 'UTC' },
          ...{ targetArn: Target?.Arn ?? '', roleArn: Target?.RoleArn ?? '' },
          detailType: Target?.EventBridgeParameters?.DetailType ?? '',
          deadLetterArn: Target?.DeadLetterConfig?.Arn ?? '',
        });
      }
    return found;
  });

/** The deployment through the SDK's clients, with the caller's own credentials. */
export const createAwsDeployment = ({
  settings,
  partition,
  account,
  region,
}: DeploymentOptions): Deployment => {
  const events = new EventBridgeClient(settings);
  const dynamodb = new DynamoDBClient(settings);
  const sqs = new SQSClient(settings);
  const sns = new SNSClient(settings);
  const lambda = new LambdaClient(settings);
  const cloudwatch = new CloudWatchClient(settings);
  const iam = new IAMClient(settings);
  const scheduler = new SchedulerClient(settings);
  return {
    partition,
    archiveState: (ArchiveName) =>
      unlessMissing(async () => (await events.send(new DescribeArchiveCommand({ ArchiveName }))).State),
    rule: (bus, name) => ruleOf(events, bus, name),
    isTableProtected: (TableName) =>
      unlessMissing(async () => {
        const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
        return Table?.DeletionProtectionEnabled === true;
      }),
    queueDepth: (name) => depthOf(sqs, name),
    alarms: (prefix) => alarmsOf(cloudwatch, prefix),
    subscriptions: (topicName) =>
      subscriptionsOf(sns, `arn:${partition}:sns:${region}:${account}:${topicName}`),
    concurrencyMax: async () => {
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
      return AccountLimit?.ConcurrentExecutions ?? 0;
    },
    reservedConcurrency: (FunctionName) =>
      unlessMissing(async () => {
        const reserved = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
        return reserved.ReservedConcurrentExecutions;
      }),
    schedules: (group) => schedulesOf(scheduler, group),
    deniedActions: (roleName, asked, by) =>
      deniedIn(iam, `arn:${partition}:iam::${account}:role/${roleName}`, asked, by),
  };
};
