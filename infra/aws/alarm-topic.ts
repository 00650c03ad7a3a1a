import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ProductTopic } from './product-topic.ts';

export interface AlarmTopicProps {
  readonly topicName: string;
  readonly email: string | undefined;
  readonly deadLetters: Queue | undefined;
  readonly key: Key | undefined;
}

/** Where the alarms of an account and Region go, and where it says that it is over. */
export class AlarmTopic extends Construct {
  private readonly action: SnsAction;

  constructor(scope: Construct, id: string, { topicName, email, deadLetters, key }: AlarmTopicProps) {
    super(scope, id);
    const { topic } = new ProductTopic(this, 'Alarms', {
      displayName: 'Groundswell alarms',
      publisher: 'cloudwatch.amazonaws.com',
      endpoints: email === undefined ? [] : [{ protocol: 'email', endpoint: email }],
      ...{ topicName, deadLetters, key },
    });
    this.action = new SnsAction(topic);
  }

  hear(alarm: Alarm): Alarm {
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
    return alarm;
  }
}
