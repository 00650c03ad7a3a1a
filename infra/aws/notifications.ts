import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type Endpoint, ProductTopic } from './product-topic.ts';

export interface NotificationsProps {
  readonly endpoints: readonly Endpoint[];
  readonly deadLetters: Queue;
  readonly key: Key | undefined;
}

/** What the notifier reads its rules from. Secrets of further channels are kept beside it, under `/groundswell/`. */
const rulesParameter = '/groundswell/notify';

/**
 * Who is told what: a topic with the deployer's endpoints, and the parameter with the rules that lead there.
 * Rules for chat and paging are added to the parameter itself, and are followed with the next message.
 */
export class Notifications extends Construct {
  readonly statements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, { endpoints, deadLetters, key }: NotificationsProps) {
    super(scope, id);
    const { topic } = new ProductTopic(this, 'Notifications', {
      topicName: 'groundswell-notifications',
      displayName: 'Groundswell',
      ...{ endpoints, deadLetters, key },
    });
    const rules = {
      channels: { people: { kind: 'sns', topicArn: topic.topicArn } },
      rules: endpoints.length === 0 ? [] : [{ channels: ['people'] }],
    };
    const stack = Stack.of(this);
    new StringParameter(this, 'Rules', {
      parameterName: rulesParameter,
      description: 'Who is told what by Groundswell',
      stringValue: stack.toJsonString(rules),
    });
    const secretsUnder = (service: string, resource: string, resourceName: string): string =>
      stack.formatArn({ service, resource, resourceName });
    this.statements = [
      new PolicyStatement({ sid: 'Tell', actions: ['sns:Publish'], resources: [topic.topicArn] }),
      new PolicyStatement({
        sid: 'ReadRulesAndSecrets',
        actions: ['ssm:GetParameter'],
        resources: [secretsUnder('ssm', 'parameter', 'groundswell/*')],
      }),
    ];
  }
}
