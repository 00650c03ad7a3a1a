import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnArchive, CfnEventBusPolicy, EventBus, IncludeDetail, Level } from 'aws-cdk-lib/aws-events';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { eventSource } from '../../contracts/envelope.ts';
import type { Decider } from '../../contracts/services.ts';
import { taskSource } from '../../contracts/task-events.ts';
import { archiveName, archivePattern, busName, hintSources, hintTypes, taskService } from '../topology.ts';
import { foreignNames, ownEvents, sharedEvents } from './event-writers.ts';
import { KeptLog } from './kept-log.ts';
import type { TargetSettings } from './settings.ts';

export interface ProductBusProps {
  readonly key: Key | undefined;
  readonly archiveDays: number;
  readonly logDays: number;
}

/** The bus with its archive, its log of failed deliveries, and what others may put on it. */
export class ProductBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string, { key, archiveDays, logDays }: ProductBusProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      eventBusName: busName,
      description: 'Every event of Groundswell',
      // What went wrong, without what the events say.
      logConfig: { level: Level.ERROR, includeDetail: IncludeDetail.NONE },
      ...(key && { kmsKey: key }),
    });
    const archive = new CfnArchive(this, 'Archive', {
      archiveName,
      description: 'Every event, to prove an execution by replaying it',
      sourceArn: this.bus.eventBusArn,
      eventPattern: archivePattern,
      retentionDays: archiveDays,
      ...(key && { kmsKeyIdentifier: key.keyArn }),
    });
    archive.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.logErrors(logDays, key);
  }

  /** CloudWatch Logs delivers what the bus logs: the bus itself writes to no log group. */
  private logErrors(logDays: number, key: Key | undefined): void {
    const { group } = new KeptLog(this, 'Log', {
      logGroupName: `/aws/vendedlogs/events/${busName}`,
      logDays,
      key,
    });
    const source = new CfnDeliverySource(this, 'LogSource', {
      name: `${busName}-bus-errors`,
      logType: 'ERROR_LOGS',
      resourceArn: this.bus.eventBusArn,
    });
    const destination = new CfnDeliveryDestination(this, 'LogDestination', {
      name: `${busName}-bus-errors`,
      destinationResourceArn: group.logGroupArn,
    });
    const delivery = new CfnDelivery(this, 'LogDelivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
    });
    delivery.addResourceDependency(source);
  }

  /**
   * Nobody but its writer may say a fact, whatever an identity in this account is allowed otherwise. The
   * shared facts are denied to all but the writers together.
   */
  admitWriters(writers: ReadonlyMap<Decider, IRole>): void {
    for (const [service, role] of writers)
      this.deny(`OnlyWriter-${service}`, ownEvents(service), [role.roleArn]);
    this.deny(
      'OnlyWriters-any',
      sharedEvents,
      [...writers.values()].map((role) => role.roleArn),
    );
    const tasks = writers.get(taskService);
    if (tasks !== undefined)
      this.deny('OnlyWriter-tasks', ['TaskRequested', 'TaskCancelled'], [tasks.roleArn], taskSource);
  }

  /** Requests, decisions and the reports of workers from other accounts; facts they cannot state. */
  admitRequesters(accounts: readonly string[]): void {
    if (accounts.length === 0) return;
    this.state('Requesters', {
      Effect: 'Allow',
      Principal: { AWS: this.rootsOf(accounts) },
      Condition: { StringEquals: { 'events:source': eventSource, 'events:detail-type': foreignNames } },
    });
    this.state('Workers', {
      Effect: 'Allow',
      Principal: { AWS: this.rootsOf(accounts) },
      Condition: { StringEquals: { 'events:source': taskSource, 'events:detail-type': ['TaskReported'] } },
    });
  }

  /** The hints that the rules of targets forward from other accounts. */
  admitHints(targets: readonly TargetSettings[]): void {
    const accounts = [...new Set(targets.map(({ account }) => account))].filter(
      (account) => account !== Stack.of(this).account,
    );
    if (accounts.length === 0) return;
    this.state('ForwardedHints', {
      Effect: 'Allow',
      Principal: { AWS: this.rootsOf(accounts) },
      Condition: {
        StringEquals: {
          'events:source': [...hintSources],
          'events:detail-type': [...hintTypes],
        },
      },
    });
  }

  private rootsOf(accounts: readonly string[]): readonly string[] {
    return accounts.map((account) => `arn:${Stack.of(this).partition}:iam::${account}:root`);
  }

  private deny(
    sid: string,
    names: readonly string[],
    roleArns: readonly string[],
    source = eventSource,
  ): void {
    this.state(sid, {
      Effect: 'Deny',
      Principal: '*',
      Condition: {
        StringEquals: { 'events:source': source, 'events:detail-type': names },
        ArnNotEquals: { 'aws:PrincipalArn': roleArns },
      },
    });
  }

  private state(sid: string, statement: Readonly<Record<string, unknown>>): void {
    new CfnEventBusPolicy(this, sid, {
      eventBusName: this.bus.eventBusName,
      statementId: sid,
      statement: { Sid: sid, Action: 'events:PutEvents', Resource: this.bus.eventBusArn, ...statement },
    });
  }
}
