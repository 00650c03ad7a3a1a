import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface Endpoint {
  readonly protocol: 'email' | 'https' | 'sqs';
  readonly endpoint: string;
}

export interface ProductTopicProps {
  readonly topicName: string;
  readonly displayName: string;
  /** The service of AWS that publishes here on behalf of this account; none: only roles that may. */
  readonly publisher?: string;
  readonly endpoints: readonly Endpoint[];
  /** Where messages end that no endpoint takes; none: SNS drops them when it has tried. */
  readonly deadLetters: Queue | undefined;
  readonly key: Key | undefined;
}

/** A topic of the deployment, with its endpoints and a place for what they do not take. */
export class ProductTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: ProductTopicProps) {
    super(scope, id);
    const { topicName, displayName, publisher, endpoints, deadLetters, key } = props;
    const inAccount = { 'aws:SourceAccount': Stack.of(this).account };
    this.topic = new Topic(this, 'Topic', {
      ...{ topicName, displayName },
      enforceSSL: true,
      ...(key && { masterKey: key }),
    });
    if (publisher !== undefined)
      this.topic.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(publisher)],
          actions: ['sns:Publish'],
          resources: [this.topic.topicArn],
          conditions: { StringEquals: inAccount },
        }),
      );
    deadLetters?.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': this.topic.topicArn }, StringEquals: inAccount },
      }),
    );
    for (const [index, { protocol, endpoint }] of endpoints.entries()) {
      const subscription = new CfnSubscription(this, `Endpoint${index}`, {
        topicArn: this.topic.topicArn,
        ...{ protocol, endpoint },
        ...(deadLetters && { redrivePolicy: { deadLetterTargetArn: deadLetters.queueArn } }),
        ...(protocol === 'sqs' && { rawMessageDelivery: true }),
      });
      if (deadLetters === undefined)
        acknowledge(subscription, ['Serverless-SNSRedrivePolicy', 'An alarm says the same, and stays.']);
    }
    if (key === undefined)
      acknowledge(this.topic, [
        'NIST.800.53.R5-SNSEncryptedKMS',
        "CloudWatch cannot publish to a topic under SNS's own key, and this deployment has chosen none of its own.",
      ]);
  }
}
