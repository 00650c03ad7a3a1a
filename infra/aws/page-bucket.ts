import { RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { ConsoleFile } from '../console-files.ts';
import { acknowledge } from './acknowledge.ts';
import { acknowledgeCopier } from './file-copier.ts';
import { KeptLog } from './kept-log.ts';

export interface PageBucketProps {
  readonly files: readonly ConsoleFile[];
  readonly logs: IBucket;
  readonly logDays: number;
}

const rootFile = 'index.html';

const keyOf = ({ path }: ConsoleFile): string => (path === '/' ? rootFile : path.slice(1));

/** The files of the page, which only CloudFront may read. */
export class PageBucket extends Construct {
  readonly bucket: IBucket;
  readonly rootFile = rootFile;

  constructor(scope: Construct, id: string, { files, logs, logDays }: PageBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'page/',
      // CloudFormation removes no bucket with files in it: a rollback would fail, and block the next attempt.
      removalPolicy: RemovalPolicy.RETAIN,
      // CDK's Bucket is not typed for exact optional properties.
    }) as IBucket;
    const remade = 'It holds files of this repository and no data; a deployment writes them again.';
    acknowledge(
      this.bucket,
      ['NIST.800.53.R5-S3BucketReplicationEnabled', remade],
      ['NIST.800.53.R5-S3DefaultEncryptionKMS', remade],
    );
    const deployment = new BucketDeployment(this, 'Files', {
      destinationBucket: this.bucket,
      sources: files.map((file) => Source.data(keyOf(file), file.body)),
      cacheControl: [CacheControl.noCache()],
      logGroup: new KeptLog(this, 'Log', {
        logGroupName: '/aws/lambda/groundswell-console-files',
        logDays,
        key: undefined,
      }).group,
    });
    acknowledgeCopier(deployment, this.bucket);
  }
}
