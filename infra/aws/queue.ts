import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface KeptQueueProps {
  readonly queueName: string;
  readonly key: IKey | undefined;
  readonly visibilityTimeout: Duration;
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
  }
}
