import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** The customer managed key of a deployment, for everything at rest. It outlives the stack, as does what it encrypts. */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Everything that Groundswell keeps',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { account, region, partition } = Stack.of(this);
    this.allow('events.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } });
    this.allow('cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } });
    this.allow('sns.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } });
    this.allow(`logs.${region}.amazonaws.com`, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*` },
    });
  }

  /** A service of AWS that encrypts or reads on behalf of this account alone. */
  private allow(service: string, conditions: Readonly<Record<string, unknown>>): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ...conditions },
      }),
    );
  }
}
