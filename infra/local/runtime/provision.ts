import {
  archiveName,
  archivePattern,
  busName,
  deadLetterQueueName,
  functionName,
  functions,
  parkingQueueName,
  scheduleGroup,
  queueAlarmNames,
  type FunctionTopology,
  type RuleTopology,
  eventQueueName,
  queueBatchSize,
  queueReceivesMax,
  queueVisibilitySeconds,
  timerQueueName,
} from '../../topology.ts';
import { eventSource } from '../../../contracts/envelope.ts';
import { accessParameter, type AccessRules } from '../../../contracts/access.ts';
import { allowedThings, allowListParameters, type AllowedThing } from '../../../contracts/allow-lists.ts';
import type { LocalEventBridge } from '../../simulated-aws/eventbridge/local-eventbridge.ts';
import type { LambdaHost } from '../../simulated-aws/lambda/lambda-host.ts';
import type { LocalSns } from '../../simulated-aws/sns/local-sns.ts';
import type { LocalSqs } from '../../simulated-aws/sqs/local-sqs.ts';
import type { LocalService } from '../../simulated-aws/wire.ts';
import { createCaller, provisionRule } from './caller.ts';
import { rulesWithHints } from './hint-rules.ts';
import { checkDeployment } from '../../simulated-aws/iam/deployment-check.ts';
import type { Enforcement } from '../../simulated-aws/iam/enforcement.ts';
import { localDocuments, localFunctions, localTraffic } from './environment.ts';
import type { Place } from '../../simulated-aws/cloud/place.ts';

export interface Arns {
  bus(name: string): string;
  queue(name: string): string;
  topic(name: string): string;
  functionArn(name: string): string;
  readonly viewLogGroup: string;
}

export const createArns = (account: string, region: string): Arns => ({
  bus: (name) => `arn:aws:events:${region}:${account}:event-bus/${name}`,
  queue: (name) => `arn:aws:sqs:${region}:${account}:${name}`,
  topic: (name) => `arn:aws:sns:${region}:${account}:${name}`,
  functionArn: (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  viewLogGroup: `arn:aws:logs:${region}:${account}:log-group:/groundswell/events`,
});

export interface ProvisionDeps {
  readonly arns: Arns;
  readonly events: LocalEventBridge;
  readonly sqs: LocalSqs;
  readonly lambda: LambdaHost;
  readonly sns: Pick<LocalSns, 'topics'>;
  readonly cloudwatch: LocalService;
  readonly ssm: Place['ssm'];
  readonly scheduler: LocalService;
  readonly enforcement: Enforcement | undefined;
  /** Published as a deployment publishes them. */
  readonly access?: AccessRules | undefined;
}

/** Messages that failed stay for two weeks, the longest that SQS keeps any. */
const longKept = { MessageRetentionPeriod: String(14 * 86_400) };

const provisionQueue = (
  { queues }: LocalSqs,
  name: string,
  attributes: Readonly<Record<string, string>>,
): void => {
  if (queues.all().some((queue) => queue.name === name)) queues.setAttributes(name, attributes);
  else queues.create(name, attributes);
};

/** A queue whose messages a function takes, with what it gives up in the function's dead-letter queue. */
const provisionSource = (
  { sqs, arns, lambda }: ProvisionDeps,
  fn: FunctionTopology,
  name: string,
  concurrencyMax?: number,
): void => {
  provisionQueue(sqs, name, {
    VisibilityTimeout: String(queueVisibilitySeconds(fn)),
    ...longKept,
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: arns.queue(deadLetterQueueName(fn.service)),
      maxReceiveCount: queueReceivesMax,
    }),
  });
  sqs.consume(arns.queue(name), {
    batchSize: queueBatchSize,
    ...(concurrencyMax !== undefined && { concurrencyMax }),
    handler: (Records) => lambda.invoke(arns.functionArn(functionName(fn.service)), { Records }),
  });
};

const provisionQueues = (deps: ProvisionDeps, fn: FunctionTopology): void => {
  const { service, hasTimers, queuedRunsMax } = fn;
  provisionQueue(deps.sqs, deadLetterQueueName(service), longKept);
  if (hasTimers) provisionSource(deps, fn, timerQueueName(service));
  if (queuedRunsMax !== undefined) provisionSource(deps, fn, eventQueueName(service), queuedRunsMax);
};

/** To what a function's rules hand its events. */
const targetArnOf = ({ arns }: ProvisionDeps, { service, queuedRunsMax }: FunctionTopology): string =>
  queuedRunsMax === undefined ? arns.functionArn(functionName(service)) : arns.queue(eventQueueName(service));

/** What a runtime shows to whoever watches it; a replay is not news. */
const viewRule: RuleTopology = {
  name: 'groundswell-view',
  bus: busName,
  pattern: { source: [eventSource], 'replay-name': [{ exists: false }] },
};

/** Where alarms and notices go; nobody subscribes until somebody does. */
const topicNames = ['groundswell-alarms', 'groundswell-notifications'] as const;

const provisionTopic = ({ sns }: ProvisionDeps, name: string): void => void sns.topics.create(name, {});

/** On each queue in which something ends that nobody could handle, as the deployment has them. */
const provisionAlarms = async ({ cloudwatch, arns }: ProvisionDeps): Promise<void> => {
  const call = createCaller(cloudwatch, 'GraniteServiceVersion20100801');
  for (const [queue, AlarmName] of Object.entries(queueAlarmNames))
    await call('PutMetricAlarm', {
      AlarmName,
      AlarmDescription: 'Something could not be handled. See the queue for what, and the log for why.',
      AlarmActions: [arns.topic('groundswell-alarms')],
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: queue }],
      Statistic: 'Maximum',
      ...{ Period: 60, EvaluationPeriods: 1, Threshold: 1 },
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
    });
};

/** The group of schedules; what is there already stays. */
const provisionGroup = async (scheduler: LocalService): Promise<void> => {
  const path = `/schedule-groups/${scheduleGroup}`;
  const { statusCode, body } = await scheduler.handle({
    method: 'POST',
    path,
    query: {},
    headers: {},
    body: '',
  });
  if (statusCode !== 200 && statusCode !== 409) throw new Error(`scheduler refused the group: ${body}`);
};

const allowedHere: Readonly<Record<AllowedThing, readonly string[]>> = {
  ...{ documents: localDocuments, functions: localFunctions, traffic: localTraffic },
};

/** Makes everything that the topology names. What is there already stays, with all that it holds. */
export const provision = async (deps: ProvisionDeps): Promise<void> => {
  const { arns } = deps;
  if (deps.enforcement !== undefined) checkDeployment(deps.enforcement);
  const call = createCaller(deps.events.service, 'AWSEvents');
  const callSsm = createCaller(deps.ssm.service, 'AmazonSSM');
  for (const what of allowedThings)
    await callSsm('PutParameter', {
      ...{ Name: allowListParameters[what], Value: JSON.stringify(allowedHere[what]) },
      ...{ Type: 'String', Overwrite: true },
    });
  if (deps.access !== undefined)
    await callSsm('PutParameter', {
      ...{ Name: accessParameter, Value: JSON.stringify(deps.access) },
      ...{ Type: 'String', Overwrite: true },
    });
  provisionQueue(deps.sqs, parkingQueueName, longKept);
  for (const fn of functions) provisionQueues(deps, fn);
  await call('CreateEventBus', { Name: busName });
  await provisionGroup(deps.scheduler);
  await call('CreateArchive', {
    ArchiveName: archiveName,
    EventSourceArn: arns.bus(busName),
    EventPattern: JSON.stringify(archivePattern),
  });
  for (const fn of functions)
    for (const rule of rulesWithHints(fn, deps))
      await provisionRule(call, rule, {
        Id: fn.service,
        Arn: targetArnOf(deps, fn),
        DeadLetterConfig: { Arn: arns.queue(deadLetterQueueName(fn.service)) },
      });
  for (const Name of topicNames) provisionTopic(deps, Name);
  await provisionAlarms(deps);
  await provisionRule(call, viewRule, { Id: 'view', Arn: arns.viewLogGroup });
};
