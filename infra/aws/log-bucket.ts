import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface LogBucketProps {
  readonly days: number;
}

/** Who asked for which file of the console and when; as with all logs here, for as long as the deployer says. */
export class LogBucket extends Construct {
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { days }: LogBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      // CloudFront and S3 write their logs with access control lists and with no key but S3's own.
      objectOwnership: ObjectOwnership.OBJECT_WRITER,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(days), noncurrentVersionExpiration: Duration.days(7) }],
      // Also after a failed creation, which could not remove it with logs in it; it has no fixed name.
      removalPolicy: RemovalPolicy.RETAIN,
      // CDK's Bucket is not typed for exact optional properties.
    }) as IBucket;
    acknowledge(
      this.bucket,
      ['AwsSolutions-S1', 'It holds logs: those of its own accesses would grow without an end.'],
      [
        'NIST.800.53.R5-S3BucketLoggingEnabled',
        'It holds logs: those of its own accesses would grow without an end.',
      ],
      ['NIST.800.53.R5-S3BucketReplicationEnabled', 'Logs of the console are not needed elsewhere.'],
      [
        'NIST.800.53.R5-S3DefaultEncryptionKMS',
        "CloudFront's standard logs cannot be written under a KMS key.",
      ],
    );
  }
}
