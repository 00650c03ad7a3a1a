import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { stateTable } from '../topology.ts';
import { acknowledge } from './acknowledge.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });

export interface StateTableProps {
  readonly key: Key | undefined;
  /** Whether DynamoDB refuses to delete it. */
  readonly isProtected: boolean;
}

/**
 * The one table. Claims and audit are for ever, and a timer's record is removed by the handler that it fired;
 * only the notifier's marks of what has been told expire. It outlives the stack.
 */
export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { key, isProtected }: StateTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: stateTable.name,
      partitionKey: string(stateTable.partition),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // A rollback could not remove a protected table, and a kept one would block the next attempt.
      deletionProtection: isProtected,
      timeToLiveAttribute: 'expiration',
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...(key === undefined
        ? { encryption: TableEncryption.AWS_MANAGED }
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    });
    acknowledge(this.table, [
      'NIST.800.53.R5-DynamoDBInBackupPlan',
      'Point-in-time recovery covers 35 days; a vault of AWS Backup is the choice of the account, which may hold this table too.',
    ]);
    for (const { name, partition, sort, carries } of stateTable.indexes)
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: string(partition),
        sortKey: string(sort),
        ...(carries.length === 0
          ? { projectionType: ProjectionType.KEYS_ONLY }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...carries] }),
      });
  }
}
