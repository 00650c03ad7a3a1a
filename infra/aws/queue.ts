import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface KeptQueueProps {
  readonly queueName: string;
  readonly key: Key | undefined;
  readonly visibilityTimeout: Duration;
  /** Where messages go that are received too often; without it, this queue is where deliveries end. */
  readonly deadLetterQueue?: DeadLetterQueue;
}

/** A queue as all of the product's are: encrypted, TLS only, and keeping a message for as long as SQS can. */
export class KeptQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { key, ...props }: KeptQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      ...props,
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: key }),
    });
    if (props.deadLetterQueue === undefined) {
      const reason = 'Deliveries end here, with an alarm on it: no queue stands behind it.';
      acknowledge(this.queue, ['AwsSolutions-SQS3', reason], ['Serverless-SQSRedrivePolicy', reason]);
    }
  }
}
