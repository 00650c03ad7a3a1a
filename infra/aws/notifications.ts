import { Stack } from 'aws-cdk-lib';
import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { livePattern } from '../../contracts/catalogue.ts';
import { busName } from '../topology.ts';
import { type Endpoint, ProductTopic } from './product-topic.ts';
import { deliveryBound } from './subscriber.ts';

export interface NotificationsProps {
  readonly bus: EventBus;
  readonly endpoints: readonly Endpoint[];
  readonly deadLetters: Queue;
  readonly key: Key | undefined;
}

/** What people want to hear of without watching: starts, ends, failures, and what the machine must not decide alone. */
const notifiedEvents = [
  'ExecutionStarted',
  'ExecutionRejected',
  'ExecutionCompleted',
  'ExecutionFailed',
  'ExecutionCancelled',
  'WaveFailed',
  'OperatorNeeded',
  'DRSJobStuck',
] as const;

/** Hands the events on as they are: EventBridge to SNS, with no function between that could fail. */
export class Notifications extends Construct {
  constructor(scope: Construct, id: string, { bus, endpoints, deadLetters, key }: NotificationsProps) {
    super(scope, id);
    const { topic } = new ProductTopic(this, 'Notifications', {
      topicName: 'groundswell-notifications',
      displayName: 'Groundswell',
      publisher: 'events.amazonaws.com',
      ...{ endpoints, deadLetters, key },
    });
    const rule = new CfnRule(this, 'Rule', {
      name: 'groundswell-notifications',
      eventBusName: busName,
      eventPattern: livePattern(notifiedEvents),
      targets: [
        {
          id: 'notifications',
          arn: topic.topicArn,
          deadLetterConfig: { arn: deadLetters.queueArn },
          retryPolicy: deliveryBound,
        },
      ],
    });
    rule.node.addDependency(bus);
    deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': rule.attrArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }
}
