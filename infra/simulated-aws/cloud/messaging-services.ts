import {
  type CloudWatchRecord,
  createLocalCloudWatch,
  type ReadMetric,
} from '../cloudwatch/local-cloudwatch.ts';
import { stateChangeOf } from '../cloudwatch/state-change.ts';
import type { CloudWatchScenario } from '../cloudwatch/scenario.ts';
import { createLocalEventBridge, type LocalEventBridge } from '../eventbridge/local-eventbridge.ts';
import { createHttpTarget } from '../eventbridge/http-target.ts';
import type { Faults } from '../eventbridge/faults.ts';
import type { EventBridgeRecord } from '../eventbridge/record.ts';
import type { LocalClock } from '../clock.ts';
import type { Access } from '../iam/access.ts';
import { createDeliveryPermission } from '../iam/delivery-permission.ts';
import { destinationAccess } from '../iam/deployment-check.ts';
import { type Enforcement, service, sessionOf } from '../iam/enforcement.ts';
import type { Reach } from '../iam/reach.ts';
import type { Random } from '../identifiers.ts';
import type { LambdaRecord } from '../lambda/event-store.ts';
import type { SimulatedFunction } from '../lambda/function.ts';
import { createLambdaHost, type LambdaHost, type LambdaHostOptions } from '../lambda/lambda-host.ts';
import type { LambdaRun } from '../lambda/run.ts';
import type { ScenarioFunction } from '../lambda/scenario.ts';
import { type PutEvent, scenarioFunction } from '../lambda/scenario-function.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { createLocalScheduler, type LocalScheduler } from '../scheduler/local-scheduler.ts';
import type { SchedulerRecord } from '../scheduler/schedule.ts';
import { createLocalSecretsManager } from '../secretsmanager/local-secretsmanager.ts';
import type { SecretRecord } from '../secretsmanager/store.ts';
import { createLocalSns, type LocalSns } from '../sns/local-sns.ts';
import type { SnsRecord } from '../sns/store.ts';
import { createLocalSqs, type LocalSqs } from '../sqs/local-sqs.ts';
import type { SqsRecord } from '../sqs/store.ts';
import type { Journal } from '../journal.ts';
import type { LocalService } from '../wire.ts';
import { createDeliveryHost } from './delivery.ts';
import { createScheduleTargets } from './schedule-targets.ts';

export interface MessagingOptions {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly random: Random;
  /** A journal of this account and Region. */
  readonly open: <R>(name: string) => Journal<R>;
  /** Where the wire is reached under this account and Region: queue URLs begin with it. */
  readonly endpoint: string;
  readonly functions: readonly SimulatedFunction[];
  /** Functions of a user, as the scenario has them. */
  readonly usersFunctions: readonly ScenarioFunction[];
  readonly accountConcurrency?: number | undefined;
  /** Alarms that exist from the beginning. */
  readonly alarms: CloudWatchScenario['alarms'];
  readonly faults: Partial<Faults>;
  /** Whether API destinations may call addresses other than this machine's. */
  readonly isOutboundAllowed: boolean;
  readonly onRun: (run: LambdaRun) => void;
  readonly onEvent: (payload: string) => void;
  readonly ownLogGroup?: string | undefined;
  readonly enforcement: Enforcement | undefined;
  readonly reach: Reach;
  /** The services of the account and Region that an ARN names, these ones included. */
  readonly there: (arn: string) => Omit<MessagingServices, 'services'>;
}

/** What products are built of: the services of one account and Region that hand things over to each other. */
export interface MessagingServices {
  readonly events: LocalEventBridge;
  readonly sqs: LocalSqs;
  readonly sns: LocalSns;
  readonly lambda: LambdaHost;
  readonly cloudwatch: LocalService;
  readonly scheduler: LocalService;
  readonly services: readonly LocalService[];
  close(): void;
}

const functionNamed = (functions: readonly SimulatedFunction[], name: string): SimulatedFunction => {
  const fn = functions.find((each) => each.name === name);
  if (fn === undefined) throw new Error(`There is no function ${name}.`);
  return fn;
};

/** Throws why a service of AWS may not reach a resource. */
const checkReach = (reach: Reach, from: string, access: Access, sourceArn: string): void => {
  const [, , , , account = ''] = sourceArn.split(':');
  const source = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account };
  const reason = reach.refusal(service(from), access, source);
  if (reason !== undefined) throw new ServiceError('AccessDenied', reason, 403);
};

/** Whether Lambda, in the function's role, may hand over what the function failed at. */
const mayTell = (enforcement: Enforcement | undefined, name: string, queueArn: string): boolean => {
  if (enforcement === undefined) return true;
  const fn = enforcement.functionNamed(name);
  if (fn === undefined) return false;
  return enforcement.refusal(sessionOf(enforcement, fn), destinationAccess(queueArn)) === undefined;
};

/** Puts an event onto a bus, as PutEvents does. */
const putOn =
  (events: () => LocalEventBridge): PutEvent =>
  ({ bus, source, detailType, detail }) =>
    void events().service.handle({
      ...{ method: 'POST', path: '/', query: {} },
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({
        Entries: [
          { EventBusName: bus, Source: source, DetailType: detailType, Detail: JSON.stringify(detail) },
        ],
      }),
    });

/** Lambda: "Durable execution status change events". */
const tellStatus =
  (events: () => LocalEventBridge): NonNullable<LambdaHostOptions['onStatus']> =>
  ({ arn, name, status, startedAt, endedAt }, functionArn) =>
    void events().putServiceEvent({
      ...{ source: 'aws.lambda', detailType: 'Durable Execution Status Change' },
      detail: {
        ...{ durableExecutionArn: arn, durableExecutionName: name, functionArn, status },
        startTimestamp: new Date(startedAt).toISOString(),
        ...(endedAt !== undefined && { endTimestamp: new Date(endedAt).toISOString() }),
      },
    });

const createFunctions = (options: MessagingOptions, events: () => LocalEventBridge): LambdaHost => {
  const { enforcement, there, clock } = options;
  const ofUsers = options.usersFunctions.map((each) => scenarioFunction(each, clock, putOn(events)));
  const functions = [...options.functions, ...ofUsers];
  return createLambdaHost({
    ...options,
    functions,
    onStatus: tellStatus(events),
    journal: options.open<LambdaRecord>('lambda'),
    load: async (name) => functionNamed(functions, name).load(),
    onFailure(name, record) {
      const queueArn = functionNamed(functions, name).onFailureQueueArn;
      if (queueArn !== undefined && mayTell(enforcement, name, queueArn))
        there(queueArn).sqs.send(queueArn, JSON.stringify(record));
    },
  });
};

const createTopics = (options: MessagingOptions): LocalSns => {
  const { reach, there } = options;
  return createLocalSns({
    ...options,
    journal: options.open<SnsRecord>('sns'),
    toQueue(arn, body, attributes, topicArn) {
      checkReach(reach, 'sns', { action: 'sqs:SendMessage', resource: arn }, topicArn);
      there(arn).sqs.send(arn, body, attributes);
    },
    toFunction(arn, event, topicArn) {
      checkReach(reach, 'sns', { action: 'lambda:InvokeFunction', resource: arn }, topicArn);
      there(arn).lambda.invokeAsync(arn, event);
    },
  });
};

const createEvents = (options: MessagingOptions): LocalEventBridge => {
  const { reach, enforcement, ownLogGroup, there } = options;
  const events: LocalEventBridge = createLocalEventBridge({
    ...options,
    journal: options.open<EventBridgeRecord>('eventbridge'),
    ...createDeliveryHost({
      there,
      http: createHttpTarget({ ...options, find: (arn) => events.apiDestination(arn) }),
      log: options.onEvent,
      permission: createDeliveryPermission({
        ...{ reach, ownLogGroup },
        isEnforced: enforcement !== undefined,
        roleOf: (...of) => events.roleOf(...of),
      }),
    }),
  });
  return events;
};

const createSchedules = (options: MessagingOptions): LocalScheduler =>
  createLocalScheduler({
    ...options,
    journal: options.open<SchedulerRecord>('scheduler'),
    duplicateProbability: options.faults.duplicateProbability ?? 0,
    ...createScheduleTargets(options),
  });

/** "Available CloudWatch metrics for Amazon SQS", as far as queues know them. */
const queueMetric =
  ({ queues }: LocalSqs): ReadMetric =>
  ({ Namespace, MetricName, Dimensions }) => {
    if (Namespace !== 'AWS/SQS' || MetricName !== 'ApproximateNumberOfMessagesVisible') return undefined;
    const name = Dimensions.find((dimension) => dimension.Name === 'QueueName')?.Value;
    return queues.all().find((queue) => queue.name === name)?.messages.size;
  };

export const createMessagingServices = (options: MessagingOptions): MessagingServices => {
  const sqs = createLocalSqs({ ...options, journal: options.open<SqsRecord>('sqs') });
  const lambda = createFunctions(options, () => events);
  const sns = createTopics(options);
  const events: LocalEventBridge = createEvents(options);
  const schedules = createSchedules(options);
  const secrets = createLocalSecretsManager({
    ...options,
    journal: options.open<SecretRecord>('secretsmanager'),
  });
  const cloudwatch = createLocalCloudWatch({
    ...options,
    journal: options.open<CloudWatchRecord>('cloudwatch'),
    readMetric: queueMetric(sqs),
    onState: (before, after) => void events.putServiceEvent(stateChangeOf(options, before, after)),
  });
  return {
    ...{ events, sqs, sns, lambda, cloudwatch: cloudwatch.service, scheduler: schedules.service },
    services: [events, sqs, sns, lambda, secrets, cloudwatch, schedules].map((each) => each.service),
    close() {
      for (const part of [schedules, events, lambda, sqs, sns]) part.close();
    },
  };
};
