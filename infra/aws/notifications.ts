import { Stack } from 'aws-cdk-lib';
import { CfnRule, type EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { livePattern } from '../../contracts/catalogue.ts';
import { busName } from '../topology.ts';
import type { Settings } from './settings.ts';

export interface NotificationsProps {
  readonly bus: EventBus;
  readonly endpoints: Settings['notifications'];
  readonly deadLetters: IQueue;
  readonly key: IKey | undefined;
}

/** What people want to hear of without watching: ends, failures, and what the machine must not decide alone. */
export const notifiedEvents = [
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
    const { account } = Stack.of(this);
    const topic = new Topic(this, 'Topic', {
      topicName: 'groundswell-notifications',
      displayName: 'Groundswell',
      enforceSSL: true,
      ...(key && { masterKey: key }),
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
          retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 24 },
        },
      ],
    });
    rule.node.addDependency(bus);
    const fromRule = {
      principals: [new ServicePrincipal('events.amazonaws.com')],
      conditions: {
        ArnEquals: { 'aws:SourceArn': rule.attrArn },
        StringEquals: { 'aws:SourceAccount': account },
      },
    };
    topic.addToResourcePolicy(
      new PolicyStatement({ ...fromRule, actions: ['sns:Publish'], resources: [topic.topicArn] }),
    );
    deadLetters.addToResourcePolicy(
      new PolicyStatement({
        ...fromRule,
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
      }),
    );
    for (const [index, { protocol, endpoint }] of endpoints.entries())
      new CfnSubscription(this, `Endpoint${index}`, {
        topicArn: topic.topicArn,
        protocol,
        endpoint,
        ...(protocol === 'sqs' && { rawMessageDelivery: true }),
      });
  }
}
