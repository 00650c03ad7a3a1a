import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface KeptLogProps {
  readonly logGroupName: string;
  readonly logDays: number;
  readonly key: IKey | undefined;
}

/** A log group as all of the product's are: kept for as long as the deployer decided, and gone with the stack. */
export class KeptLog extends Construct {
  readonly group: LogGroup;

  constructor(scope: Construct, id: string, { logGroupName, logDays, key }: KeptLogProps) {
    super(scope, id);
    this.group = new LogGroup(this, 'Group', {
      logGroupName,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key && { encryptionKey: key }),
    });
    // The settings' numbers of days are those of the enumeration that the construct would ask for.
    const { defaultChild } = this.group.node;
    if (defaultChild instanceof CfnLogGroup) defaultChild.retentionInDays = logDays;
    if (key === undefined)
      acknowledge(this.group, [
        'NIST.800.53.R5-CloudWatchLogGroupEncrypted',
        "CloudWatch Logs encrypts every group with a key of AWS's; this deployment has chosen none of its own.",
      ]);
  }
}
