import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  busName,
  deadLetterQueueName,
  functionName,
  type FunctionTopology,
  rulesOf,
  type RuleTopology,
  timerBatchSize,
  timerQueueName,
  timerReceivesMax,
  timerVisibilitySeconds,
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
  /** Accounts whose hints are heard beside the own one's; empty: no hint reaches the product's bus. */
  readonly hintAccounts: readonly string[];
  readonly alarms: AlarmTopic;
  /** The most runs at once, reserved; undefined: what the account has left. */
  readonly concurrencyMax: number | undefined;
  readonly logDays: number;
  readonly key: Key | undefined;
}

/** EventBridge tries to hand an event over for this long; the reconciler has found whatever it said long before. */
export const deliveryBound = { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 24 };

/** Cold starts shrink with more of the processor that comes with memory, until here. */
const memoryMb = 512;

const hasDestination =
  'What fails goes to the on-failure destination, which gets the reason with it; both at once would double it.';
const functionFindings: readonly Acknowledged[] = [
  ['Serverless-LambdaDLQ', hasDestination],
  ['NIST.800.53.R5-LambdaDLQ', hasDestination],
  [
    'NIST.800.53.R5-LambdaConcurrency',
    "Reserving would take from a pool that a new account has only 10 of, and stop a recovery's burst; there is an alarm on throttles.",
  ],
  [
    'NIST.800.53.R5-LambdaInsideVPC',
    'It calls only the public endpoints of AWS; a VPC would add what can fail in the disaster: its gateways and endpoints.',
  ],
];

/**
 * A subscriber, whole: its function, the rules that wake it with the replay fence and a bound on retries,
 * the queue for what cannot be delivered or handled, the alarm on that queue, its timers, and all that it may do.
 */
export class Subscriber extends Construct {
  readonly topology: FunctionTopology;
  readonly function: lambda.Function;
  readonly role: ServiceRole;
  readonly deadLetters: Queue;
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
    const timers = topology.hasTimers ? this.createTimers(props) : undefined;
    this.role = new ServiceRole(this, 'Role', {
      service: topology.service,
      wildcards: props.wildcards,
      statements: [
        inLogs(group),
        ...props.statements,
        ...inTraces(),
        ...inKeys(key),
        inQueues('SendDeadLetters', ['SendMessage'], [this.deadLetters]),
        ...(timers === undefined
          ? []
          : [inQueues('ReceiveTimers', ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'], [timers])]),
      ],
    });
    this.function = this.createFunction(props, group);
    if (timers !== undefined) this.feed(timers);
    this.rules = rulesOf(topology, { own: Stack.of(this).account, forwarding: props.hintAccounts });
    this.createRules(this.rules, props.bus);
    this.alarmOnDeadLetters(props.alarms);
  }

  private createFunction(
    { topology, code, environment, concurrencyMax, key }: SubscriberProps,
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
      retryAttempts: topology.retriesMax,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(this.deadLetters),
      ...(concurrencyMax !== undefined && { reservedConcurrentExecutions: concurrencyMax }),
      ...(key && { environmentEncryption: key }),
      // A timer's handler sets its successor: Lambda would take the sixteenth look at a job for a runaway
      // loop and drop it. Each such chain ends with its job, wave or execution.
      ...(topology.hasTimers && { recursiveLoop: lambda.RecursiveLoop.ALLOW }),
    });
    // Lambda checks tracing and the destination against the role when it creates them.
    fn.node.addDependency(...this.role.policies);
    acknowledge(fn, ...functionFindings);
    return fn;
  }

  private createTimers({ topology, key }: SubscriberProps): Queue {
    return new KeptQueue(this, 'Timers', {
      queueName: timerQueueName(topology.service),
      visibilityTimeout: Duration.seconds(timerVisibilitySeconds(topology)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: timerReceivesMax },
      key,
    }).queue;
  }

  private feed(timers: Queue): void {
    const source = new lambda.EventSourceMapping(this, 'TimerSource', {
      target: this.function,
      eventSourceArn: timers.queueArn,
      batchSize: timerBatchSize,
      reportBatchItemFailures: true,
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
    const arnOf = ({ name, bus }: RuleTopology): string =>
      Stack.of(this).formatArn({
        service: 'events',
        resource: 'rule',
        resourceName: bus === busName ? `${bus}/${name}` : name,
      });
    const { policyDependable } = this.deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rules.map(arnOf) } },
      }),
    );
    for (const topology of rules) {
      const rule = this.createRule(topology);
      rule.node.addDependency(
        new lambda.CfnPermission(this, `${topology.name}-invokes`, {
          action: 'lambda:InvokeFunction',
          functionName: this.function.functionArn,
          principal: 'events.amazonaws.com',
          sourceArn: arnOf(topology),
        }),
        ...(policyDependable === undefined ? [] : [policyDependable]),
        ...(topology.bus === busName ? [productBus] : []),
      );
    }
  }

  private createRule({ name, bus, pattern, schedule }: RuleTopology): CfnRule {
    return new CfnRule(this, name, {
      name,
      eventBusName: bus,
      ...(pattern && { eventPattern: pattern }),
      ...(schedule !== undefined && { scheduleExpression: schedule }),
      targets: [
        {
          id: functionName(this.node.id),
          arn: this.function.functionArn,
          deadLetterConfig: { arn: this.deadLetters.queueArn },
          retryPolicy: deliveryBound,
        },
      ],
    });
  }

  private alarmOnDeadLetters(alarms: AlarmTopic): void {
    alarms.hear(
      new Alarm(this, 'DeadLettersAlarm', {
        alarmName: `${functionName(this.node.id)}-dead-letters`,
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
}
