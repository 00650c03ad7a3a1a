import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { busName, hintFilter, hintSources, hintTypes } from '../topology.ts';
import type { AlarmTopic } from './alarm-topic.ts';
import { ruleMetric, sumOf } from './metrics.ts';
import { KeptQueue } from './queue.ts';

export interface HintForwardingProps {
  readonly hub: { readonly account: string; readonly region: string };
  readonly alarms: AlarmTopic;
}

/** A hint that is older than this has been overtaken by the timer behind it. */
const hintBound = { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 8 };

/** Hands on what DRS, SSM, Lambda, CloudWatch and EC2 say in this account and Region to the hub's bus. It says nothing else there. */
export class HintForwarding extends Construct {
  constructor(scope: Construct, id: string, { hub, alarms }: HintForwardingProps) {
    super(scope, id);
    const { account, region, partition } = Stack.of(this);
    const hubBusArn = `arn:${partition}:events:${hub.region}:${hub.account}:event-bus/${busName}`;
    const name = `groundswell-forward-hints-to-${hub.region}`;
    const ruleArn = `arn:${partition}:events:${region}:${account}:rule/${name}`;
    const fromRule = { ArnEquals: { 'aws:SourceArn': ruleArn } };
    const { queue } = new KeptQueue(this, 'DeadLetters', {
      queueName: `groundswell-dead-letters-hints-to-${hub.region}`,
      visibilityTimeout: Duration.seconds(30),
      key: undefined,
    });
    const { policyDependable } = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: fromRule,
      }),
    );
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: fromRule }),
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['events:PutEvents'],
          resources: [hubBusArn],
          conditions: {
            StringEquals: {
              'events:source': [...hintSources],
              'events:detail-type': [...hintTypes],
            },
          },
        }),
      ],
    });
    const rule = new CfnRule(this, 'Rule', {
      name,
      eventPattern: {
        ...hintFilter(),
        account: [account],
        'replay-name': [{ exists: false }],
      },
      targets: [
        {
          id: 'hub',
          arn: hubBusArn,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: queue.queueArn },
          retryPolicy: hintBound,
        },
      ],
    });
    this.tellOfLoss(alarms, queue, hub.region, name);
    rule.node.addDependency(policy, ...(policyDependable === undefined ? [] : [policyDependable]));
  }

  private tellOfLoss(alarms: AlarmTopic, queue: IQueue, hubRegion: string, name: string): void {
    alarms.hear(
      new Alarm(this, 'Undelivered', {
        alarmName: `groundswell-hints-to-${hubRegion}-undelivered`,
        alarmDescription:
          "Hints do not reach the hub's bus. Executions continue by their timers, only later. The queue's messages say why; fix it, and purge the queue: old hints are useless.",
        metric: sumOf(
          [
            queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
            ruleMetric({ name, bus: 'default' }, 'FailedInvocations'),
            ruleMetric({ name, bus: 'default' }, 'InvocationsFailedToBeSentToDlq'),
          ],
          Duration.minutes(5),
        ),
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
    );
  }
}
