import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

const use = ['kms:Decrypt', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];

/** The customer managed key of a deployment, for everything at rest. It outlives the stack, as does what it encrypts. */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Everything that Groundswell keeps',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const { account, region, partition } = Stack.of(this);
    const ofAccount = { StringEquals: { 'aws:SourceAccount': account } };
    const logs = `arn:${partition}:logs:${region}:${account}:*`;
    this.allow('events.amazonaws.com', use, ofAccount);
    // EventBridge names no source when it writes into an encrypted queue; the queues' policies name the rules.
    this.allow('events.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey']);
    this.allow('cloudwatch.amazonaws.com', use, ofAccount);
    this.allow('sns.amazonaws.com', use, ofAccount);
    this.allow(`logs.${region}.amazonaws.com`, use, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logs },
    });
    // EventBridge user guide: "Encrypting event bus logs with AWS KMS".
    this.allow('delivery.logs.amazonaws.com', ['kms:Decrypt', 'kms:GenerateDataKey'], {
      StringLike: { 'kms:EncryptionContext:SourceArn': logs },
    });
  }

  /** A service of AWS that encrypts or reads on behalf of this account. */
  private allow(
    service: string,
    actions: readonly string[],
    conditions?: Readonly<Record<string, unknown>>,
  ): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: [...actions],
        resources: ['*'],
        ...(conditions && { conditions: { ...conditions } }),
      }),
    );
  }
}
