import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import {
  busName,
  deadLetterQueueName,
  eventQueueName,
  functionName,
  type FunctionTopology,
  queueBatchSize,
  queueReceivesMax,
  queueVisibilitySeconds,
  rulesOf,
  type RuleTopology,
  timerQueueName,
} from '../topology.ts';
import { acknowledge, type Acknowledged } from './acknowledge.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import { inKeys, inLogs, inQueues, inTraces } from './core-permissions.ts';
import { KeptLog } from './kept-log.ts';
import { sumOf } from './metrics.ts';
import { KeptQueue } from './queue.ts';
import { ServiceRole } from './service-role.ts';

export interface SubscriberProps {
  readonly topology: FunctionTopology;
  readonly bus: EventBus;
  readonly code: lambda.Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  readonly wildcards: readonly Acknowledged[];
  /** Other accounts whose hints are accepted beside the hub's own; empty: no hint reaches the product's bus. */
  readonly hintAccounts: readonly string[];
  readonly alarms: AlarmTopic;
  /** The most runs at once where events wait in a queue; undefined: EventBridge invokes the function for each event. */
  readonly queuedRunsMax: number | undefined;
  readonly logDays: number;
  readonly key: Key | undefined;
}

/** EventBridge tries to hand an event over for this long; the reconciler has found whatever it said long before. */
export const deliveryBound = { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 24 };

/** Cold starts shrink with more of the processor that comes with memory, until here. */
const memoryMb = 512;

const hasDestination =
  'What fails goes to the on-failure destination, which gets the reason with it; both at once would double it.';
const hasQueue =
  'It is invoked from its queue alone, which hands what fails too often to a dead-letter queue of its own.';
const functionFindings = (hasNoQueue: string): readonly Acknowledged[] => [
  ['Serverless-LambdaDLQ', hasNoQueue],
  ['NIST.800.53.R5-LambdaDLQ', hasNoQueue],
  [
    'NIST.800.53.R5-LambdaConcurrency',
    "Reserving would take from a pool that a new account has only 10 of, and stop a recovery's burst; there is an alarm on throttles.",
  ],
  [
    'NIST.800.53.R5-LambdaInsideVPC',
    'It calls only the public endpoints of AWS; a VPC would add what can fail in the disaster: its gateways and endpoints.',
  ],
];

/** What EventBridge does with its own hands names the rule that it does it for. */
const arnOf = (stack: Stack, { name, bus }: RuleTopology): string =>
  stack.formatArn({
    service: 'events',
    resource: 'rule',
    resourceName: bus === busName ? `${bus}/${name}` : name,
  });

/**
 * A subscriber, whole: its function, the rules that wake it with the replay fence and a bound on retries,
 * the queue for what cannot be delivered or handled, the alarm on that queue, its timers, and all that it may do.
 */
export class Subscriber extends Construct {
  readonly topology: FunctionTopology;
  readonly function: lambda.Function;
  readonly role: ServiceRole;
  readonly deadLetters: Queue;
  /** Where its events wait, if they do. */
  readonly events: Queue | undefined;
  readonly rules: readonly RuleTopology[];

  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { topology, key } = props;
    this.topology = topology;
    this.deadLetters = new KeptQueue(this, 'DeadLetters', {
      queueName: deadLetterQueueName(topology.service),
      visibilityTimeout: Duration.minutes(2),
      key,
    }).queue;
    const { group } = new KeptLog(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName(topology.service)}`,
      logDays: props.logDays,
      key,
    });
    const { service } = topology;
    const timers = topology.hasTimers
      ? this.createQueue('Timers', timerQueueName(service), props)
      : undefined;
    this.events =
      props.queuedRunsMax === undefined
        ? undefined
        : this.createQueue('Events', eventQueueName(service), props);
    this.role = new ServiceRole(this, 'Role', {
      service: topology.service,
      wildcards: props.wildcards,
      statements: [
        inLogs(group),
        ...props.statements,
        ...inTraces(),
        ...inKeys(key),
        // SQS itself moves on what its queue hands over too often.
        ...(this.events === undefined
          ? [inQueues('SendDeadLetters', ['SendMessage'], [this.deadLetters])]
          : []),
        ...toReceive('ReceiveTimers', timers),
        ...toReceive('ReceiveEvents', this.events),
      ],
    });
    this.function = this.createFunction(props, group);
    if (timers !== undefined) this.feed('TimerSource', timers);
    if (this.events !== undefined) this.feed('EventSource', this.events, props.queuedRunsMax);
    this.rules = rulesOf(topology, { own: Stack.of(this).account, forwarding: props.hintAccounts });
    this.createRules(this.rules, props.bus);
    this.alarmOnDeadLetters(props.alarms);
    if (this.events !== undefined) this.alarmOnDelay(this.events, props.alarms);
  }

  private createFunction(
    { topology, code, environment, key }: SubscriberProps,
    logGroup: ILogGroup,
  ): lambda.Function {
    const fn = new lambda.Function(this, 'Function', {
      functionName: functionName(topology.service),
      description: `Groundswell: ${topology.service}`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'handler.handler',
      code,
      environment: { ...environment, POWERTOOLS_SERVICE_NAME: topology.service },
      memorySize: memoryMb,
      timeout: Duration.seconds(topology.timeoutSeconds),
      role: this.role.role.withoutPolicyUpdates(),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      tracing: lambda.Tracing.ACTIVE,
      ...(this.events === undefined && {
        retryAttempts: topology.retriesMax,
        maxEventAge: Duration.hours(1),
        onFailure: new SqsDestination(this.deadLetters),
      }),
      ...(key && { environmentEncryption: key }),
      // A timer's handler sets its successor: Lambda would take the sixteenth look at a job for a runaway
      // loop and drop it. Each such chain ends with its job, wave or execution.
      ...(topology.hasTimers && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
    });
    // Lambda checks tracing and the destination against the role when it creates them.
    fn.node.addDependency(...this.role.policies);
    acknowledge(fn, ...functionFindings(this.events === undefined ? hasDestination : hasQueue));
    return fn;
  }

  private createQueue(id: string, queueName: string, { topology, key }: SubscriberProps): Queue {
    return new KeptQueue(this, id, {
      queueName,
      visibilityTimeout: Duration.seconds(queueVisibilitySeconds(topology)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: queueReceivesMax },
      key,
    }).queue;
  }

  private feed(id: string, queue: Queue, maxConcurrency?: number): void {
    const source = new lambda.EventSourceMapping(this, id, {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize: queueBatchSize,
      reportBatchItemFailures: true,
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    });
    source.node.addDependency(...this.role.policies);
    acknowledge(source, [
      'Serverless-LambdaEventSourceMappingDestination',
      'Lambda takes such a destination for streams only; a message that fails goes to the dead-letter queue of its own queue.',
    ]);
  }

  /**
   * The rules, each after all that it needs to hand over its first event. EventBridge names the rule when it
   * acts, and not the account: "Why doesn't my Lambda function get invoked?" asks for a permission without one.
   */
  private createRules(rules: readonly RuleTopology[], productBus: EventBus): void {
    if (rules.length === 0) return;
    const letters = this.admit(this.deadLetters, rules);
    const events = this.events === undefined ? [] : this.admit(this.events, rules);
    for (const topology of rules)
      this.createRule(topology).node.addDependency(
        ...letters,
        ...(this.events === undefined ? [this.permit(topology)] : events),
        ...(topology.bus === busName ? [productBus] : []),
      );
  }

  /** Lets the rules send into a queue. */
  private admit(queue: Queue, rules: readonly RuleTopology[]): readonly IDependable[] {
    const { policyDependable } = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => arnOf(Stack.of(this), rule)) } },
      }),
    );
    return policyDependable === undefined ? [] : [policyDependable];
  }

  /** Lets a rule invoke the function. */
  private permit(rule: RuleTopology): IDependable {
    return new lambda.CfnPermission(this, `${rule.name}-invokes`, {
      action: 'lambda:InvokeFunction',
      functionName: this.function.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: arnOf(Stack.of(this), rule),
    });
  }

  private createRule({ name, bus, pattern, schedule }: RuleTopology): CfnRule {
    return new CfnRule(this, name, {
      name,
      eventBusName: bus,
      ...(pattern && { eventPattern: pattern }),
      ...(schedule !== undefined && { scheduleExpression: schedule }),
      targets: [
        {
          id: functionName(this.topology.service),
          arn: this.events?.queueArn ?? this.function.functionArn,
          deadLetterConfig: { arn: this.deadLetters.queueArn },
          retryPolicy: deliveryBound,
        },
      ],
    });
  }

  private alarmOnDeadLetters(alarms: AlarmTopic): void {
    alarms.hear(
      new Alarm(this, 'DeadLettersAlarm', {
        alarmName: `${functionName(this.topology.service)}-dead-letters`,
        alarmDescription: 'A delivery was given up. Its execution is reconciled; the cause is in the log.',
        // A letter that comes just before the redrive is gone before anybody counts it: it was received then.
        metric: sumOf(
          [
            this.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
            this.deadLetters.metricNumberOfMessagesReceived({ statistic: 'Sum' }),
          ],
          Duration.minutes(1),
          'there or taken up',
        ),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }

  private alarmOnDelay(events: Queue, alarms: AlarmTopic): void {
    alarms.hear(
      new Alarm(this, 'DelayAlarm', {
        alarmName: `${functionName(this.topology.service)}-behind`,
        alarmDescription:
          'Events have waited for an hour: more come than the runs at once take up, or these fail. Nothing is lost.',
        metric: events.metricApproximateAgeOfOldestMessage({
          period: Duration.minutes(5),
          statistic: 'Maximum',
        }),
        threshold: 3_600,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }
}

/** All that Lambda asks of a function's role to take messages to it. */
const toReceive = (sid: string, queue: Queue | undefined): readonly PolicyStatement[] =>
  queue === undefined
    ? []
    : [inQueues(sid, ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'], [queue])];
